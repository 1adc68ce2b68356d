"""今后 30 天: the page says what the ticks of the next month then do."""

import datetime
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from departments.models import User
from reports.actions.periods import close_period
from reports.models import Delivery, Notice, ReportingPeriod
from reports.reminders.kinds import Kind
from reports.reminders.tick import tick
from reports.selectors.notice_ahead import ahead_of, coming
from tests.cast import Cast, person
from tests.conftest import NOW
from tests.reminders.world import at

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]
PAGE = "/notices/desk/ahead/"


def test_it_names_every_notice_that_the_ticks_of_the_month_make(
    period: ReportingPeriod, cast: Cast
) -> None:
    tick(NOW)
    there = set(Notice.objects.values_list("pk", flat=True))
    said = {(row.key, row.at) for row in coming(period, NOW)}
    for day in range(31):
        tick(at("2027-01-05T10:30") + datetime.timedelta(days=day))
    made = {(row.key, row.at) for row in Notice.objects.exclude(pk__in=there)}
    assert said == made
    assert Kind.FILE in {key.split("/")[0] for key, _ in said}


def test_a_day_has_its_rounds_with_people_and_numbers(period: ReportingPeriod, cast: Cast) -> None:
    page = ahead_of(cast.slj_coordinator, NOW)
    friday = next(day for day in page.days if day.day == datetime.date(2027, 1, 15))
    filing = next(each for each in friday.rounds if each.kind == "报送提醒")
    assert (filing.slot, filing.due) == ("截止当天", "1月15日（星期五）")
    cgj = next(one for one in filing.people if one.name == "cgj reporter")
    assert (cgj.department, cgj.count) == ("区城管局", 9)


def test_nothing_is_written(period: ReportingPeriod, cast: Cast, login: Login) -> None:
    html = login(cast.slj_coordinator).get(PAGE).content.decode()
    assert "截止前 7 天" in html
    assert not Notice.objects.exists()
    assert not Delivery.objects.exists()


def test_a_closed_half_year_sends_nothing_and_the_next_one_is_announced(
    period: ReportingPeriod, cast: Cast, login: Login, now
) -> None:
    close_period(period=period)
    client = login(cast.admin)
    assert "今后 30 天没有要发的提醒" in client.get(PAGE).content.decode()
    now.move_to(at("2027-05-20T10:00"))
    assert "2027年上半年将于 6月1日（星期二）自动开放" in client.get(PAGE).content.decode()


def test_a_long_outage_is_said(period: ReportingPeriod, cast: Cast, login: Login) -> None:
    tick(at("2026-12-01T10:00"))
    assert "先列为「待放行」" in login(cast.admin).get(PAGE).content.decode()


def test_the_number_of_queries_does_not_grow_with_people(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    client = login(cast.slj_coordinator)

    def count() -> int:
        client.get(PAGE)
        with CaptureQueriesContext(connection) as caught:
            client.get(PAGE)
        return len(caught)

    few = count()
    for number in range(20):
        person(f"more{number}", "reporter", "cgj")
    assert count() == few <= 30
