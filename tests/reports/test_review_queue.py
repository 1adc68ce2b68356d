"""The review queue: what is mine, filters, days waited, receipts, the way through."""

import datetime
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from departments.models import User
from reports.actions.approval import approve_reports
from reports.actions.filing import ask_return
from reports.actions.review import accept_report, receive_report
from reports.calendar import SHANGHAI, workdays_ago, workdays_since
from reports.models import Receipt, Report, ReportingPeriod
from reports.selectors.review import Filters
from tests.cast import Cast, report_of
from tests.reports.steps import filed, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("contexts")]
Login = Callable[[User], Client]
MONDAY = datetime.date(2027, 1, 11)


@pytest.fixture
def queued(period: ReportingPeriod, cast: Cast) -> dict[str, Report]:
    """Two of 区城管局, one of 区住房城乡建委, one that 区水利局 leads (reviewed by the other)."""
    found = {code: filed(report_of(period, code), cast) for code in ("12.1", "11.1")}
    found["11.2"] = submitted(report_of(period, "11.2"), cast.zjw_reporter)
    approve_reports(reports=[found["11.2"]], by=cast.zjw_approver)
    found["1.1"] = submitted(report_of(period, "1.1"), cast.slj_reporter)
    approve_reports(reports=[found["1.1"]], by=cast.slj_approver)
    return found


def listed(client: Client, query: str = "") -> set[str]:
    """Codes of the reports on the queue's page."""
    rows = client.get(f"/review/{query}").context["rows"]
    return {row.report.assignment.work_item.code for row in rows}


def test_it_holds_what_is_mine_to_review(
    queued: dict[str, Report], cast: Cast, login: Login
) -> None:
    assert listed(login(cast.slj_coordinator)) == {"12.1", "11.1", "11.2"}
    assert listed(login(cast.fgw_coordinator)) == {"1.1"}
    assert listed(login(cast.fgw_coordinator), "?show=other") == {"12.1", "11.1", "11.2"}


def test_a_department_and_a_section_narrow_it(
    queued: dict[str, Report], cast: Cast, login: Login
) -> None:
    client = login(cast.slj_coordinator)
    section = queued["12.1"].assignment.work_item.task.section_id
    assert listed(client, "?department=cgj") == {"12.1", "11.1"}
    assert listed(client, f"?section={section}") == {"12.1", "11.1", "11.2"}
    assert listed(client, f"?section={section + 1}") == set()


@pytest.mark.parametrize(
    "query", ["section=9999999999999999999", "section=x", "show=x", "days=-1", "department=%27"]
)
def test_a_filter_that_cant_be_is_left_out(
    queued: dict[str, Report], cast: Cast, login: Login, query: str
) -> None:
    assert listed(login(cast.slj_coordinator), f"?{query}") == {"12.1", "11.1", "11.2"}


def test_every_state_has_its_list_and_its_number(
    queued: dict[str, Report], cast: Cast, login: Login
) -> None:
    accept_report(report=queued["12.1"], by=cast.slj_coordinator, assessed_state="on_track")
    ask_return(report=queued["12.1"], by=cast.cgj_reporter, reason="数据有误。")
    client = login(cast.slj_coordinator)
    assert listed(client, "?show=accepted") == {"12.1"}
    assert listed(client, "?show=asked") == {"12.1"}
    assert len(listed(client, "?show=unfiled")) > 20
    tabs = {kind: count for kind, _, count in client.get("/review/").context["tabs"]}
    assert tabs["waiting"] == 2
    assert tabs["asked"] == 1
    assert tabs["other"] == 1


def test_the_days_waited_are_working_days(
    queued: dict[str, Report], cast: Cast, login: Login, now: time_machine.Traveller
) -> None:
    now.move_to(datetime.datetime(2027, 1, 11, 9, tzinfo=SHANGHAI))
    client = login(cast.slj_coordinator)
    rows = client.get("/review/").context["rows"]
    assert {row.days for row in rows} == {4}
    assert listed(client, "?days=3") == {"12.1", "11.1", "11.2"}
    assert listed(client, "?days=5") == set()


@pytest.mark.parametrize("count", range(8))
def test_the_filter_by_days_is_the_inverse_of_the_count(count: int) -> None:
    last = workdays_ago(count, MONDAY)
    assert workdays_since(last, MONDAY) >= count
    assert workdays_since(last + datetime.timedelta(days=1), MONDAY) < max(count, 1)


def test_several_are_received_from_the_list(
    queued: dict[str, Report], cast: Cast, login: Login
) -> None:
    client = login(cast.slj_coordinator)
    ticked = [queued["12.1"].pk, queued["11.1"].pk]
    answer = client.post(
        "/review/receive/", {"report": ticked, "department": "cgj", "unreceived": "1"}
    )
    assert answer.url == "/review/?queue=1&show=waiting&department=cgj&unreceived=1"
    assert Receipt.objects.count() == 2
    assert listed(client, "?unreceived=1") == {"11.2"}
    client.post("/review/receive/", {"report": ticked})
    assert Receipt.objects.count() == 2


def test_nothing_ticked_says_so(queued: dict[str, Report], cast: Cast, login: Login) -> None:
    answer = login(cast.slj_coordinator).post("/review/receive/", follow=True)
    assert "请先勾选" in answer.content.decode()


def test_what_is_not_mine_to_know_is_not_received(
    queued: dict[str, Report], cast: Cast, login: Login
) -> None:
    answer = login(cast.swj_reporter).post("/review/receive/", {"report": queued["1.1"].pk})
    assert answer.status_code in {403, 404}
    assert not Receipt.objects.exists()


def test_a_report_names_its_neighbours_in_the_filtered_queue(
    queued: dict[str, Report], cast: Cast, login: Login
) -> None:
    client = login(cast.slj_coordinator)
    page = client.get(f"/reports/{queued['11.1'].pk}/?queue=1&department=cgj")
    place = page.context["place"]
    assert {place.before, place.after} == {None, queued["12.1"].pk}
    assert place.total == 2
    other = queued["12.1"].pk
    link = f'href="/reports/{other}/?queue=1&amp;show=waiting&amp;department=cgj"'
    assert link in page.content.decode()


def test_what_is_not_in_the_queue_goes_to_its_first(
    queued: dict[str, Report], cast: Cast, login: Login
) -> None:
    accept_report(report=queued["12.1"], by=cast.slj_coordinator, assessed_state="on_track")
    page = login(cast.slj_coordinator).get(f"/reports/{queued['12.1'].pk}/")
    assert page.context["place"].at == 0
    assert page.context["place"].after in {queued["11.1"].pk, queued["11.2"].pk}


def test_a_receipt_shows_in_the_list(queued: dict[str, Report], cast: Cast, login: Login) -> None:
    receive_report(report=queued["12.1"], by=cast.fgw_coordinator)
    rows = login(cast.slj_coordinator).get("/review/").context["rows"]
    assert not any(row.report.received for row in rows)


def test_only_coordinators_have_a_queue(
    queued: dict[str, Report], cast: Cast, login: Login
) -> None:
    for person in (cast.cgj_reporter, cast.admin, cast.auditor, cast.outsider):
        assert login(person).get("/review/").status_code == 403


def test_a_closed_half_year_leaves_the_queue(
    queued: dict[str, Report], cast: Cast, login: Login
) -> None:
    ReportingPeriod.objects.update(closed_at=datetime.datetime(2027, 1, 5, tzinfo=SHANGHAI))
    assert listed(login(cast.slj_coordinator)) == set()


def test_the_filters_survive_the_way_through_the_address() -> None:
    filters = Filters("asked", "cgj", "3", "5", "1")
    query = dict(part.split("=") for part in filters.query.split("&"))
    assert Filters.read(query) == filters


def test_the_number_of_queries_does_not_grow(
    period: ReportingPeriod,
    cast: Cast,
    login: Login,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    client = login(cast.slj_coordinator)
    filed(report_of(period, "12.1"), cast)
    client.get("/review/")
    with django_assert_max_num_queries(30) as one:
        client.get("/review/")
    for code in ("2.4", "11.1", "13.1", "14.1"):
        filed(report_of(period, code), cast)
    with django_assert_max_num_queries(30) as many:
        client.get("/review/")
    assert len(one) == len(many)
