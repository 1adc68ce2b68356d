"""日历订阅: a private address with that person's deadlines, and nobody else's."""

import datetime
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from departments.models import AuditEvent, Department, User
from reports.actions.approval import approve_reports
from reports.actions.extension_decisions import grant_unasked
from reports.actions.filing import submit_report
from reports.actions.notice_settings import make_feed, revoke_feed
from reports.actions.periods import close_period
from reports.models import CalendarFeed, ReportingPeriod
from tasks.models import Assignment, PlanReceiver
from tests.cast import Cast, report_of
from tests.reports.second_plan import beside

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]
DUE = datetime.date(2027, 1, 15)


def feed(token: str) -> Calendar:
    answer = Client().get(f"/calendar/{token}.ics")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/calendar")
    return Calendar.from_ical(answer.content)


def events(user: User) -> list[tuple[datetime.date, str]]:
    rows = feed(make_feed(by=user)).walk("VEVENT")
    return [(row.decoded("dtstart"), str(row["summary"])) for row in rows]


def submit(period: ReportingPeriod, cast: Cast, code: str) -> None:
    content = {"progress": "完成。", "state": "on_track", "completion": 60}
    submit_report(report=report_of(period, code), by=cast.cgj_reporter, content=content)


def test_a_reporter_has_one_day_with_all_that_is_outstanding(
    period: ReportingPeriod, cast: Cast
) -> None:
    calendar = feed(make_feed(by=cast.cgj_reporter))
    (event,) = calendar.walk("VEVENT")
    assert event.decoded("dtstart") == DUE
    assert event.decoded("dtend") == DUE + datetime.timedelta(days=1)
    assert str(event["summary"]) == "节水行动 2026年下半年 9 项未报送，24时截止"
    report = report_of(period, "12.1")
    assert f"/reports/{report.pk}/" in str(event["description"])
    assert "12.1 " in str(event["description"])


def test_an_event_keeps_its_name_while_only_its_lines_change(
    period: ReportingPeriod, cast: Cast
) -> None:
    token = make_feed(by=cast.cgj_reporter)
    (before,) = feed(token).walk("VEVENT")
    submit(period, cast, "12.1")
    (after,) = feed(token).walk("VEVENT")
    assert before["uid"] == after["uid"]
    assert "8 项未报送" in str(after["summary"])


def test_an_extended_item_has_its_own_day(period: ReportingPeriod, cast: Cast) -> None:
    report, later = report_of(period, "12.1"), datetime.date(2027, 1, 25)
    grant_unasked(
        period=period, department=report.department, by=cast.slj_coordinator,
        granted_on=later, reason="抢险", reports=[report],
    )  # fmt: skip
    assert [(day, "8 项" in title or "1 项" in title) for day, title in events(cast.cgj_reporter)] \
        == [(DUE, True), (later, True)]  # fmt: skip


def test_an_approver_has_what_waits_for_a_signature(period: ReportingPeriod, cast: Cast) -> None:
    assert events(cast.cgj_approver) == []
    submit(period, cast, "12.1")
    assert events(cast.cgj_approver) == [(DUE, "节水行动 2026年下半年 1 项待您审签，24时截止")]


def test_what_another_person_is_in_charge_of_is_theirs(period: ReportingPeriod, cast: Cast) -> None:
    assignment = report_of(period, "12.1").assignment_id
    Assignment.objects.filter(pk=assignment).update(person_in_charge=cast.cgj_colleague)
    assert "8 项未报送" in events(cast.cgj_reporter)[0][1]
    assert "9 项未报送" in events(cast.cgj_colleague)[0][1]


def test_what_is_filed_and_what_is_closed_is_gone(period: ReportingPeriod, cast: Cast) -> None:
    for report in period.reports.filter(department__code="zjw"):
        content = {"progress": "完成。", "state": "on_track", "completion": 60}
        submit_report(report=report, by=cast.zjw_reporter, content=content)
        report.refresh_from_db()
        approve_reports(reports=[report], by=cast.zjw_approver)
    assert events(cast.zjw_reporter) == []
    close_period(period=period)
    assert events(cast.cgj_reporter) == []


def test_a_coordinator_has_the_half_year(period: ReportingPeriod, cast: Cast) -> None:
    assert events(cast.slj_coordinator) == [(DUE, "节水行动 2026年下半年报送截止，还有 53 项未报")]
    assert events(cast.outsider) == []


def test_only_the_hash_is_kept_and_the_address_is_shown_once(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    client = login(cast.cgj_reporter)
    answer = client.post("/notices/settings/calendar/")
    html = answer.content.decode()
    token = html.split("/calendar/")[1].split(".ics")[0]
    assert "no-store" in answer["Cache-Control"]
    assert len(token) >= 40
    kept = CalendarFeed.objects.get(user=cast.cgj_reporter)
    assert token not in str(vars(kept))
    assert token not in client.get("/notices/settings/").content.decode()
    assert len(feed(token).walk("VEVENT")) == 1


def test_a_renewed_or_revoked_address_is_dead_at_once(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    first = make_feed(by=cast.cgj_reporter)
    second = make_feed(by=cast.cgj_reporter)
    assert Client().get(f"/calendar/{first}.ics").status_code == 404
    assert len(feed(second).walk("VEVENT")) == 1
    login(cast.cgj_reporter).post("/notices/settings/calendar/revoke/")
    assert Client().get(f"/calendar/{second}.ics").status_code == 404
    actions = list(
        AuditEvent.objects.filter(user=cast.cgj_reporter).values_list("action", "subject")
    )
    assert ("撤销日历订阅", "") in actions
    assert all(second not in subject for _, subject in actions)
    revoke_feed(by=cast.cgj_reporter)


def test_a_closed_account_and_a_wrong_token_are_the_same(
    period: ReportingPeriod, cast: Cast
) -> None:
    token = make_feed(by=cast.cgj_reporter)
    User.objects.filter(pk=cast.cgj_reporter.pk).update(is_active=False)
    assert Client().get(f"/calendar/{token}.ics").status_code == 404
    assert Client().get("/calendar/0.ics").status_code == 404


def test_who_left_the_department_has_an_empty_calendar(period: ReportingPeriod, cast: Cast) -> None:
    cast.cgj_reporter.memberships.update(until=datetime.date(2027, 1, 4))
    assert events(cast.cgj_reporter) == []


def test_nobody_keeps_or_finds_it(period: ReportingPeriod, cast: Cast) -> None:
    answer = Client().get(f"/calendar/{make_feed(by=cast.cgj_reporter)}.ics")
    assert answer["Cache-Control"] == "private, no-store"
    assert "noindex" in answer["X-Robots-Tag"]
    assert not answer.cookies


@pytest.mark.parametrize("name", ["cgj_reporter", "cgj_approver", "slj_coordinator"])
def test_the_number_of_queries_is_constant(period: ReportingPeriod, cast: Cast, name: str) -> None:
    from reports.actions.periods import open_period
    from reports.calendar import HalfYear

    token = make_feed(by=getattr(cast, name))

    def count() -> int:
        with CaptureQueriesContext(connection) as caught:
            feed(token)
        return len(caught)

    few = count()
    for code in ("12.1", "14.1", "20.4"):
        submit(period, cast, code)
    open_period(plan=period.plan, half_year=HalfYear(2026, 1))
    assert count() == few <= 4


def test_two_plans_due_on_one_day_are_two_entries_that_name_their_plan(
    period: ReportingPeriod, cast: Cast
) -> None:
    beside(Department.objects.get(code="cgj"))
    assert sorted(events(cast.cgj_reporter)) == [
        (DUE, f"{period.plan.title} 2026年下半年 9 项未报送，24时截止"),
        (DUE, "开州区节水行动实施方案 2026年下半年 1 项未报送，24时截止"),
    ]


def test_a_coordinator_of_two_plans_reads_which_is_which(
    period: ReportingPeriod, cast: Cast
) -> None:
    other = beside(Department.objects.get(code="cgj"))
    first = period.plan.receivers.first()
    PlanReceiver.objects.create(plan=other.plan, department=first, order=3)
    coordinator = cast.slj_coordinator if first.code == "slj" else cast.fgw_coordinator
    titles = [title for _, title in events(coordinator) if "报送截止" in title]
    assert sorted(titles) == [
        f"{period.plan.title} 2026年下半年报送截止，还有 53 项未报",
        "开州区节水行动实施方案 2026年下半年报送截止，还有 2 项未报",
    ]
