"""Every figure against a second computation, on both sides of midnight."""

import datetime

import pytest
import time_machine

from departments.models import Department
from reports.actions.periods import open_period
from reports.calendar import SHANGHAI, HalfYear, local_date
from reports.models import Report, ReportingPeriod
from reports.selectors.department_lines import department_lines
from reports.selectors.facts import facts_of
from reports.selectors.figures import FIGURES, SHARES, Tally, percent
from reports.selectors.kpis import kpis_of, rates_of
from reports.selectors.past import read_past, rows_then
from reports.selectors.period_rows import Row, period_rows
from tasks.models import Plan
from tests.cast import Cast, report_of
from tests.reports.figure_cases import CASES, at, figures, percentages
from tests.reports.replay import Replay
from tests.reports.steps import filed

pytestmark = pytest.mark.django_db

MIDNIGHTS = [
    at(9, 23), at(14, 12), at(15, 23, 59, 59), at(16, 0), at(16, 12), at(17, 12), at(18, 12),
    at(19, 23, 59, 59), at(20, 0), at(20, 12), at(21, 12), at(24, 12), at(25, 23, 59, 59),
    at(26, 0), at(27, 23, 59, 59), at(28, 0), at(28, 12), at(29, 12),
]  # fmt: skip
KNOWN_LATER = set(FIGURES) - {"blank", "draft", "lagging", "attention"}
"""What the record tells of an earlier day: not when somebody began to write, nor the states."""


def stood(period: ReportingPeriod, day: datetime.date) -> list[Row]:
    """The half-year's reports as they stood at the end of ``day``."""
    reports = list(facts_of(Report.objects.all(), period))
    return rows_then(read_past(period, reports, day), reports, day)


def test_every_figure_is_what_plain_counting_gives(period: ReportingPeriod, replay: Replay) -> None:
    for moment in MIDNIGHTS:
        replay(moment)
        tally, expected = Tally(period_rows(period, local_date(moment))), figures(moment)
        assert {key: tally[key] for key in FIGURES} == expected, moment


def test_every_rate_is_what_plain_counting_gives(period: ReportingPeriod, replay: Replay) -> None:
    for moment in MIDNIGHTS:
        replay(moment)
        tally, expected = Tally(period_rows(period, local_date(moment))), percentages(moment)
        assert {key: tally.share(key) for key in SHARES} == expected, moment


def test_the_figures_of_one_evening_by_hand(period: ReportingPeriod, replay: Replay) -> None:
    replay(at(29, 12))
    tally = Tally(period_rows(period, datetime.date(2027, 1, 29)))
    assert {key: tally[key] for key in FIGURES} == {
        "due": 51,
        "in_hand": 13,
        "on_time": 7,
        "on_time_unextended": 5,
        "late": 6,
        "time_unknown": 0,
        "unrecorded": 0,
        "overdue": 38,
        "returned": 1,
        "filed": 11,
        "accepted": 2,
        "owed": 38,
        "blank": 34,
        "draft": 2,
        "pending": 1,
        "exempt": 2,
        "return_asked": 0,
        "lagging": 3,
        "unchanged": 0,
        "attention": 41,
    }
    assert (tally.filed_rate, tally.on_time_rate, tally.unextended_rate) == (25, 14, 10)
    assert tally.departments == 14


def test_the_statuses_add_up_to_everything(period: ReportingPeriod, replay: Replay) -> None:
    parts = ("blank", "draft", "pending", "returned", "filed", "accepted", "exempt")
    for moment in MIDNIGHTS[::3]:
        replay(moment)
        tally = Tally(period_rows(period, local_date(moment)))
        assert sum(tally[key] for key in parts) == 53


def test_an_extension_polishes_one_rate_and_not_the_other(
    period: ReportingPeriod, replay: Replay
) -> None:
    replay(at(26, 12))
    by_code = {row.code: row for row in period_rows(period, datetime.date(2027, 1, 26))}
    helped = {code for code, row in by_code.items() if row.on_time and not row.on_time_unextended}
    assert helped == {"20.4", "13.4"}
    assert by_code["11.2"].late, "granted after the filing"
    assert by_code["2.2"].on_time_unextended, "refiled within the days for refiling"
    assert by_code["9.2"].late, "refiled a second too late"


def test_a_department_without_anything_due_has_no_rate(
    period: ReportingPeriod, replay: Replay
) -> None:
    replay(at(16, 12))
    lines = department_lines(period_rows(period, datetime.date(2027, 1, 16)))
    (line,) = [line for line in lines if line.code == "tqw"]
    assert (line.tally["due"], line.tally.filed_rate, line.tally.on_time_rate) == (0, None, None)
    assert lines[-1] == line
    assert [rate.value for rate in rates_of(line.tally)] == ["—", "—", "—"]


def test_a_departments_line_counts_its_own(period: ReportingPeriod, replay: Replay) -> None:
    replay(at(26, 0))
    lines = department_lines(period_rows(period, datetime.date(2027, 1, 26)))
    for department in ("cgj", "fgw", "slj", "zjw"):
        line = next(line for line in lines if line.code == department)
        expected = figures(at(26, 0), department)
        others = period.reports.filter(department__code=department).count() - sum(
            case.department == department for case in CASES
        )
        for key in ("in_hand", "accepted", "returned", "on_time", "late", "exempt", "lagging"):
            assert line.tally[key] == expected[key], (department, key)
        for key in ("due", "overdue", "owed", "blank"):
            assert line.tally[key] == expected[key] + others


def test_the_bar_shows_every_report_once(period: ReportingPeriod, replay: Replay) -> None:
    replay(at(26, 0))
    lines = department_lines(period_rows(period, datetime.date(2027, 1, 26)))
    cgj = next(line for line in lines if line.code == "cgj")
    assert cgj.bar.words == "已审核 1 项，已报送 6 项，已退回 1 项，免报 1 项"
    assert sum(part.count for line in lines for part in line.bar.segments) == 53
    for line in lines:
        for part in line.bar.segments:
            assert line.tally[part.key] == part.count


def test_the_two_leads_of_8_2_are_counted_apart(period: ReportingPeriod, replay: Replay) -> None:
    replay(at(16, 0))
    rows = [row for row in period_rows(period, datetime.date(2027, 1, 16)) if row.code == "8.2"]
    assert [(row.lead, row.light.word) for row in rows] == [
        ("区水利局[直接取水企业]", "填写中 · 逾期"),
        ("区城管局[自来水供水企业]", "已报送"),
    ]


def test_every_number_has_the_last_half_years_beside_it(
    period: ReportingPeriod, replay: Replay
) -> None:
    replay(at(16, 12))
    now = Tally(period_rows(period, datetime.date(2027, 1, 16)))
    before = Tally(stood(period, datetime.date(2027, 1, 12)))
    shown = {kpi.key: (kpi.value, kpi.was) for kpi in kpis_of(now, before)}
    expected, was = figures(at(16, 12)), figures(at(12, 23, 59, 59), hindsight=True)
    assert len(shown) == 8
    for key, pair in shown.items():
        assert pair == (str(expected[key]), f"上期同期 {was[key]}"), key
    rates = {rate.key: (rate.now, rate.before) for rate in rates_of(now, before)}
    assert rates["in_hand"] == (12, 4), "6 of 50, 2 of 50"
    assert all(kpi.was == "" for kpi in kpis_of(now))


def test_an_earlier_day_is_read_off_the_record(period: ReportingPeriod, replay: Replay) -> None:
    replay(at(30))
    for day in range(8, 30):
        tally = Tally(stood(period, datetime.date(2027, 1, day)))
        expected = figures(at(day, 23, 59, 59), hindsight=True)
        assert {key: tally[key] for key in KNOWN_LATER} == {
            key: expected[key] for key in KNOWN_LATER
        }, day


def test_what_is_read_off_the_record_today_is_what_stands(
    period: ReportingPeriod, replay: Replay
) -> None:
    for moment in MIDNIGHTS:
        replay(moment)
        rows = period_rows(period, local_date(moment))
        read = Tally(stood(period, local_date(moment)))
        assert {key: read[key] for key in KNOWN_LATER} == {
            key: Tally(rows)[key] for key in KNOWN_LATER
        }, moment


WEEKEND = {
    Plan.WeekendRule.STANDS: [(15, 2, 0, 0), (16, 2, 1, 50), (17, 2, 2, 49), (18, 2, 3, 48)],
    Plan.WeekendRule.NEXT_WORKDAY: [(15, 2, 0, 0), (16, 3, 0, 0), (17, 4, 0, 0), (18, 4, 1, 48)],
}
"""Day of January 2028 (the 15th is a Saturday), and at its end: on time, late, overdue."""


@pytest.mark.parametrize("rule", WEEKEND)
def test_a_deadline_on_a_saturday_under_both_settings(
    plan: Plan, cast: Cast, now: time_machine.Traveller, rule: str
) -> None:
    Plan.objects.update(weekend_rule=rule)
    plan.refresh_from_db()
    period, _ = open_period(plan=plan, half_year=HalfYear(2027, 2))
    moments = {
        "12.1": (14, 9, 0, 0), "11.1": (15, 23, 59, 59), "14.1": (16, 0, 0, 0),
        "20.4": (17, 23, 59, 59), "20.5": (18, 0, 0, 0),
    }  # fmt: skip
    filings = {
        code: datetime.datetime(2028, 1, *moment, tzinfo=SHANGHAI)
        for code, moment in moments.items()
    }
    for day, on_time, late, overdue in WEEKEND[rule]:  # type: ignore[index]
        for code in [code for code, moment in filings.items() if moment.day <= day]:
            now.move_to(filings.pop(code))
            filed(report_of(period, code), cast)
        tally = Tally(period_rows(period, datetime.date(2028, 1, day)))
        found = (tally["on_time"], tally["on_time_unextended"], tally["late"], tally["overdue"])
        assert found == (on_time, on_time, late, overdue), day


def test_a_plan_has_departments_whatever_they_owe(period: ReportingPeriod, replay: Replay) -> None:
    replay(at(16, 12))
    lines = department_lines(period_rows(period, datetime.date(2027, 1, 16)))
    leads = Department.objects.filter(reports__period=period).distinct()
    assert {line.code for line in lines} == set(leads.values_list("code", flat=True))
    assert len(lines) == 15


@pytest.mark.parametrize(
    ("part", "whole", "rate"),
    [(0, 0, None), (0, 7, 0), (1, 1000, 1), (1, 2, 50), (2, 3, 67), (999, 1000, 99), (7, 7, 100)],
)
def test_a_rate_is_100_only_when_all_are_there(part: int, whole: int, rate: int | None) -> None:
    assert percent(part, whole) == rate
