"""Asking for a later deadline, endorsing, granting and refusing it."""

import datetime

import pytest

from departments.errors import Conflict, DomainError, NotAllowed
from departments.models import Department, User
from reports.actions.extension_decisions import grant_extension, grant_unasked, refuse_extension
from reports.actions.extensions import (
    ask_extension,
    decline_extension,
    endorse_extension,
    withdraw_extension,
)
from reports.actions.periods import close_period
from reports.actions.transition import advance
from reports.calendar import SHANGHAI
from reports.models import Extension, Report, ReportingPeriod
from reports.querysets import ExtensionQuerySet
from reports.states import Action
from tests.cast import Cast, report_of

pytestmark = pytest.mark.django_db
WANTED = datetime.date(2027, 1, 25)
CGJ_ITEMS = 9


def at(day: int, hour: int = 0) -> datetime.datetime:
    return datetime.datetime(2027, 1, day, hour, tzinfo=SHANGHAI)


def ask(period: ReportingPeriod, by: User, **given: object) -> Extension:
    facts = {"wanted_on": WANTED, "reason": "管网普查数据月底才出。", **given}
    department = Department.objects.get(code=str(facts.pop("code", "cgj")))
    return ask_extension(period=period, department=department, by=by, **facts)  # type: ignore[arg-type]


def endorsed(period: ReportingPeriod, cast: Cast, **given: object) -> Extension:
    return endorse_extension(
        extension=ask(period, cast.cgj_reporter, **given), by=cast.cgj_approver
    )


def file(report: Report, cast: Cast) -> None:
    advance(report=report, action=Action.SUBMIT, by=cast.cgj_reporter)
    advance(report=report, action=Action.APPROVE, by=cast.cgj_approver)


def deadlines(period: ReportingPeriod, code: str = "cgj") -> list[datetime.date | None]:
    rows = period.reports.filter(department__code=code)
    return sorted(rows.values_list("extended_due_on", flat=True), key=str)


def test_it_goes_to_the_approver_then_to_the_receiver_and_moves_the_deadline(
    period: ReportingPeriod, cast: Cast
) -> None:
    extension = ask(period, cast.cgj_reporter)
    assert (extension.status, extension.for_all) == (Extension.Status.ASKED, True)
    extension = endorse_extension(extension=extension, by=cast.cgj_approver)
    assert extension.status == Extension.Status.ENDORSED
    assert deadlines(period) == [None] * CGJ_ITEMS
    extension = grant_extension(extension=extension, by=cast.slj_coordinator, granted_on=WANTED)
    assert (extension.status, extension.decided_by) == ("granted", cast.slj_coordinator)
    assert deadlines(period) == [WANTED] * CGJ_ITEMS
    assert report_of(period, "12.1").due_on == WANTED


def test_a_department_without_approval_goes_straight_to_the_receiver(
    period: ReportingPeriod, cast: Cast
) -> None:
    Department.objects.filter(code="cgj").update(needs_approval=False)
    assert ask(period, cast.cgj_reporter).status == Extension.Status.ENDORSED


def test_only_the_named_reports_get_the_later_date(period: ReportingPeriod, cast: Cast) -> None:
    named = report_of(period, "12.1")
    extension = endorsed(period, cast, reports=[named])
    grant_extension(extension=extension, by=cast.slj_coordinator, granted_on=WANTED)
    assert deadlines(period) == [WANTED] + [None] * (CGJ_ITEMS - 1)
    assert report_of(period, "12.1").extended_due_on == WANTED


def test_what_was_filed_meanwhile_keeps_its_deadline(period: ReportingPeriod, cast: Cast) -> None:
    extension = endorsed(period, cast)
    file(report_of(period, "12.1"), cast)
    grant_extension(extension=extension, by=cast.slj_coordinator, granted_on=WANTED)
    assert report_of(period, "12.1").extended_due_on is None
    assert report_of(period, "11.1").extended_due_on == WANTED


def test_granting_what_is_all_filed_is_a_conflict(period: ReportingPeriod, cast: Cast) -> None:
    extension = endorsed(period, cast, reports=[report_of(period, "12.1")])
    file(report_of(period, "12.1"), cast)
    with pytest.raises(Conflict, match="都已报送"):
        grant_extension(extension=extension, by=cast.slj_coordinator, granted_on=WANTED)


def test_the_receiver_may_grant_another_date_than_was_asked_for(
    period: ReportingPeriod, cast: Cast
) -> None:
    extension = endorsed(period, cast)
    earlier = datetime.date(2027, 1, 20)
    grant_extension(extension=extension, by=cast.slj_coordinator, granted_on=earlier)
    extension.refresh_from_db()
    assert (extension.wanted_on, extension.granted_on) == (WANTED, earlier)
    assert deadlines(period) == [earlier] * CGJ_ITEMS


def test_a_later_one_replaces_the_earlier_date_and_none_shortens(
    period: ReportingPeriod, cast: Cast
) -> None:
    first = endorsed(period, cast, reports=[report_of(period, "12.1")])
    later = datetime.date(2027, 1, 31)
    grant_extension(extension=first, by=cast.slj_coordinator, granted_on=later)
    grant_extension(extension=endorsed(period, cast), by=cast.slj_coordinator, granted_on=WANTED)
    assert deadlines(period) == [WANTED] * (CGJ_ITEMS - 1) + [later]
    latest = datetime.date(2027, 2, 5)
    grant_extension(
        extension=endorsed(period, cast, wanted_on=latest),
        by=cast.slj_coordinator,
        granted_on=latest,
    )
    assert deadlines(period) == [latest] * CGJ_ITEMS


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (datetime.date(2027, 1, 4), "已经过去"),
        (datetime.date(2027, 1, 15), "应晚于现在的截止日（2027年1月15日）"),
        (datetime.date(2027, 7, 15), "早于下一报告期的截止日"),
        (datetime.date(2127, 1, 25), "早于下一报告期的截止日"),
    ],
)
def test_a_date_that_cannot_be_is_refused(
    period: ReportingPeriod, cast: Cast, day: datetime.date, sentence: str
) -> None:
    with pytest.raises(DomainError, match=sentence):
        ask(period, cast.cgj_reporter, wanted_on=day)
    with pytest.raises(DomainError, match=sentence):
        grant_extension(extension=endorsed(period, cast), by=cast.slj_coordinator, granted_on=day)
    assert deadlines(period) == [None] * CGJ_ITEMS


@pytest.mark.parametrize("reason", ["", " \n ", "\u200b\u200b"])
def test_asking_needs_a_reason(period: ReportingPeriod, cast: Cast, reason: str) -> None:
    with pytest.raises(DomainError, match="理由"):
        ask(period, cast.cgj_reporter, reason=reason)


def test_one_request_at_a_time(period: ReportingPeriod, cast: Cast) -> None:
    first = ask(period, cast.cgj_reporter)
    with pytest.raises(Conflict, match="已有一份延期申请"):
        ask(period, cast.cgj_colleague)
    withdraw_extension(extension=first, by=cast.cgj_colleague)
    assert ask(period, cast.cgj_reporter).status == Extension.Status.ASKED


def test_two_departments_may_ask_at_once(period: ReportingPeriod, cast: Cast) -> None:
    ask(period, cast.cgj_reporter)
    ask(period, cast.zjw_reporter, code="zjw")
    assert Extension.objects.pending().count() == 2


def test_it_is_asked_for_until_the_deadlines_last_second(
    period: ReportingPeriod, cast: Cast
) -> None:
    last_second = at(16) - datetime.timedelta(seconds=1)
    extension = ask(period, cast.cgj_reporter, now=last_second)
    withdraw_extension(extension=extension, by=cast.cgj_reporter)
    with pytest.raises(DomainError, match="已过截止日"):
        ask(period, cast.cgj_reporter, now=at(16))


def test_a_request_may_be_granted_after_the_deadline(period: ReportingPeriod, cast: Cast) -> None:
    extension = endorsed(period, cast)
    grant_extension(extension=extension, by=cast.slj_coordinator, granted_on=WANTED, now=at(18, 9))
    assert deadlines(period) == [WANTED] * CGJ_ITEMS


@pytest.mark.parametrize(
    "name", ["cgj_approver", "zjw_reporter", "slj_coordinator", "admin", "auditor", "outsider"]
)
def test_only_the_departments_reporter_asks_and_withdraws(
    period: ReportingPeriod, cast: Cast, name: str
) -> None:
    with pytest.raises(NotAllowed):
        ask(period, getattr(cast, name))
    extension = ask(period, cast.cgj_reporter)
    with pytest.raises(NotAllowed):
        withdraw_extension(extension=extension, by=getattr(cast, name))


@pytest.mark.parametrize("name", ["cgj_reporter", "zjw_approver", "slj_coordinator", "admin"])
def test_only_the_departments_approver_endorses_and_declines(
    period: ReportingPeriod, cast: Cast, name: str
) -> None:
    extension = ask(period, cast.cgj_reporter)
    with pytest.raises(NotAllowed):
        endorse_extension(extension=extension, by=getattr(cast, name))
    with pytest.raises(NotAllowed):
        decline_extension(extension=extension, by=getattr(cast, name), comment="抓紧报。")


def test_who_asks_cannot_endorse_their_own(period: ReportingPeriod, cast: Cast) -> None:
    cast.cgj_reporter.memberships.create(
        department=Department.objects.get(code="cgj"), role="approver", since="2020-05-15"
    )
    extension = ask(period, cast.cgj_reporter)
    with pytest.raises(NotAllowed):
        endorse_extension(extension=extension, by=cast.cgj_reporter)


@pytest.mark.parametrize("name", ["cgj_reporter", "cgj_approver", "fgw_coordinator", "admin"])
def test_only_the_reviewing_receivers_coordinator_decides(
    period: ReportingPeriod, cast: Cast, name: str
) -> None:
    extension = endorsed(period, cast)
    somebody = getattr(cast, name)
    with pytest.raises(NotAllowed, match="区水利局"):
        grant_extension(extension=extension, by=somebody, granted_on=WANTED)
    with pytest.raises(NotAllowed):
        refuse_extension(extension=extension, by=somebody, comment="请按期报送。")


def test_the_receiver_waits_for_the_approver(period: ReportingPeriod, cast: Cast) -> None:
    extension = ask(period, cast.cgj_reporter)
    with pytest.raises(Conflict, match="待审签人同意"):
        grant_extension(extension=extension, by=cast.slj_coordinator, granted_on=WANTED)


@pytest.mark.parametrize("comment", ["", "\u200b"])
def test_refusing_and_declining_need_a_sentence(
    period: ReportingPeriod, cast: Cast, comment: str
) -> None:
    extension = ask(period, cast.cgj_reporter)
    with pytest.raises(DomainError, match="理由"):
        decline_extension(extension=extension, by=cast.cgj_approver, comment=comment)
    extension = endorse_extension(extension=extension, by=cast.cgj_approver)
    with pytest.raises(DomainError, match="理由"):
        refuse_extension(extension=extension, by=cast.slj_coordinator, comment=comment)


def test_a_refused_one_changes_no_deadline_and_frees_the_way(
    period: ReportingPeriod, cast: Cast
) -> None:
    extension = refuse_extension(
        extension=endorsed(period, cast), by=cast.slj_coordinator, comment="请按期报送。"
    )
    assert (extension.status, extension.decision) == ("refused", "请按期报送。")
    assert deadlines(period) == [None] * CGJ_ITEMS
    assert ask(period, cast.cgj_reporter).status == "asked"


def test_a_declined_one_does_not_reach_the_receiver(period: ReportingPeriod, cast: Cast) -> None:
    extension = decline_extension(
        extension=ask(period, cast.cgj_reporter), by=cast.cgj_approver, comment="来得及。"
    )
    assert (extension.status, extension.decided_by) == ("refused", cast.cgj_approver)
    with pytest.raises(Conflict):
        grant_extension(extension=extension, by=cast.slj_coordinator, granted_on=WANTED)


def test_what_is_decided_is_decided_once(period: ReportingPeriod, cast: Cast) -> None:
    extension = endorsed(period, cast)
    grant_extension(extension=extension, by=cast.slj_coordinator, granted_on=WANTED)
    with pytest.raises(Conflict, match="已同意"):
        refuse_extension(extension=extension, by=cast.slj_coordinator, comment="请按期报送。")
    with pytest.raises(Conflict, match="已同意"):
        withdraw_extension(extension=extension, by=cast.cgj_reporter)


def test_it_can_be_granted_unasked_even_after_the_deadline(
    period: ReportingPeriod, cast: Cast
) -> None:
    extension = grant_unasked(
        period=period,
        department=Department.objects.get(code="cgj"),
        by=cast.slj_coordinator,
        granted_on=WANTED,
        reason="暴雨停水抢险。",
        now=at(16, 9),
    )
    assert (extension.asked_by, extension.status) == (None, "granted")
    assert deadlines(period) == [WANTED] * CGJ_ITEMS
    assert deadlines(period, "zjw") == [None] * 3


def test_granting_unasked_is_for_the_reviewing_receiver(
    period: ReportingPeriod, cast: Cast
) -> None:
    slj = Department.objects.get(code="slj")
    facts = {"period": period, "department": slj, "granted_on": WANTED, "reason": "抢险。"}
    with pytest.raises(NotAllowed, match="区发展改革委"):
        grant_unasked(by=cast.slj_coordinator, **facts)  # type: ignore[arg-type]
    assert grant_unasked(by=cast.fgw_coordinator, **facts).granted_on == WANTED  # type: ignore[arg-type]


def test_granting_unasked_leaves_a_pending_request_to_be_decided(
    period: ReportingPeriod, cast: Cast
) -> None:
    ask(period, cast.cgj_reporter)
    with pytest.raises(Conflict, match="请直接办理那一份"):
        grant_unasked(
            period=period,
            department=Department.objects.get(code="cgj"),
            by=cast.slj_coordinator,
            granted_on=WANTED,
            reason="抢险。",
        )


def test_another_departments_report_cannot_be_named(period: ReportingPeriod, cast: Cast) -> None:
    with pytest.raises(Conflict, match="不属于本单位"):
        ask(period, cast.cgj_reporter, reports=[report_of(period, "1.1")])
    with pytest.raises(DomainError, match="至少选择一项"):
        ask(period, cast.cgj_reporter, reports=[])


def test_a_closed_period_takes_none(period: ReportingPeriod, cast: Cast) -> None:
    extension = endorsed(period, cast)
    close_period(period=period)
    period.refresh_from_db()
    with pytest.raises(Conflict, match="已关闭"):
        ask(period, cast.zjw_reporter, code="zjw")
    with pytest.raises(Conflict, match="已关闭"):
        grant_extension(extension=extension, by=cast.slj_coordinator, granted_on=WANTED)


def test_who_is_on_time_with_an_extension_is_on_time(period: ReportingPeriod, cast: Cast) -> None:
    grant_extension(extension=endorsed(period, cast), by=cast.slj_coordinator, granted_on=WANTED)
    report = report_of(period, "12.1")
    advance(report=report, action=Action.SUBMIT, by=cast.cgj_reporter)
    assert report_of(period, "12.1").light(WANTED).hue == "yellow"
    assert report_of(period, "12.1").light(datetime.date(2027, 1, 26)).hue == "red"


def test_of_two_that_ask_at_once_the_database_lets_one_through(
    period: ReportingPeriod, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(period, cast.cgj_reporter)
    monkeypatch.setattr(ExtensionQuerySet, "exists", lambda self: False)
    with pytest.raises(Conflict, match="已有一份延期申请"):
        ask(period, cast.cgj_colleague)
    assert Extension.objects.count() == 1
