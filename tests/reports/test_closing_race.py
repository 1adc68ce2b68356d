"""A half-year is closed while people work in it, on a real PostgreSQL."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from departments.errors import Conflict
from departments.models import User
from reports.actions import patience
from reports.actions.drafts import save_draft
from reports.actions.extension_decisions import grant_extension, grant_unasked
from reports.actions.extensions import ask_extension, endorse_extension
from reports.actions.filing import submit_report
from reports.actions.holding import hold_periods
from reports.actions.periods import close_period, publish_result, reopen_period
from reports.models import Extension, Report, ReportingPeriod
from reports.states import Status
from tests.cast import Cast, report_of
from tests.reports.race import RACE, at_once, behind, fresh, hurried
from tests.reports.steps import TEXT

pytestmark = RACE
LATER = datetime.date(2027, 1, 25)
Step = Callable[[ReportingPeriod, Cast], Any]


def submit(period: ReportingPeriod, cast: Cast) -> Any:
    by = fresh(cast.cgj_reporter)
    return submit_report(report=report_of(period, "12.1"), by=by, content={**TEXT})


def ask(period: ReportingPeriod, cast: Cast) -> Any:
    body = report_of(period, "12.1").department
    return ask_extension(
        period=ReportingPeriod.objects.get(pk=period.pk), department=body,
        by=fresh(cast.cgj_reporter), wanted_on=LATER, reason="抢险",
    )  # fmt: skip


def grant(period: ReportingPeriod, cast: Cast) -> Any:
    (extension,) = Extension.objects.filter(period=period)
    return grant_extension(extension=extension, by=fresh(cast.slj_coordinator), granted_on=LATER)


def grant_by_oneself(period: ReportingPeriod, cast: Cast) -> Any:
    return grant_unasked(
        period=ReportingPeriod.objects.get(pk=period.pk),
        department=report_of(period, "11.1").department,
        by=fresh(cast.slj_coordinator), granted_on=LATER, reason="抢险",
    )  # fmt: skip


def close(period: ReportingPeriod, cast: Cast) -> bool:
    return close_period(period=period, by=fresh(cast.slj_coordinator))


@pytest.fixture(params=[submit, ask, grant, grant_by_oneself], ids=lambda step: step.__name__)
def step(request: Any, period: ReportingPeriod, cast: Cast) -> Step:
    if request.param is grant:
        endorse_extension(extension=ask(period, cast), by=cast.cgj_approver)
    chosen: Step = request.param
    return chosen


def test_closing_waits_for_the_step_under_way(
    period: ReportingPeriod, cast: Cast, step: Step
) -> None:
    closed = behind(lambda: step(period, cast), lambda: close(period, cast))
    assert closed is True


def test_a_step_that_closing_overtook_is_refused(
    period: ReportingPeriod, cast: Cast, step: Step
) -> None:
    answer = behind(lambda: close(period, cast), lambda: step(period, cast))
    assert isinstance(answer, Conflict)
    assert "关闭" in str(answer)
    assert not Report.objects.exclude(status=Status.BLANK).exists()
    assert not Report.objects.exclude(extended_due_on=None).exists()


def test_a_step_that_reopening_overtook_is_taken(period: ReportingPeriod, cast: Cast) -> None:
    close(period, cast)
    by = cast.slj_coordinator
    answer = behind(
        lambda: reopen_period(period=period, by=by, comment="补报"), lambda: submit(period, cast)
    )
    assert answer.status == Status.PENDING


def test_people_who_write_at_the_same_time_do_not_wait_for_each_other(
    period: ReportingPeriod, cast: Cast
) -> None:
    mine, theirs = report_of(period, "12.1"), report_of(period, "11.1")
    with transaction.atomic():
        save_draft(report=mine, by=cast.cgj_reporter, content={**TEXT}, version=0)
        (answer,) = at_once(hurried(lambda: save(theirs, cast.cgj_colleague)))
    assert answer.version == 1


def save(report: Report, by: User) -> Report:
    return save_draft(report=report, by=fresh(by), content={**TEXT}, version=0)


def publish(period: ReportingPeriod, cast: Cast) -> bool:
    return publish_result(period=period, by=fresh(cast.slj_coordinator))


def reopen(period: ReportingPeriod, cast: Cast) -> None:
    reopen_period(period=period, by=fresh(cast.slj_coordinator), comment="补报")


@pytest.mark.parametrize(
    ("step", "word"), [(close, "关闭"), (publish, "发布结果"), (reopen, "重新开放")]
)
def test_whoever_would_wait_long_for_an_import_is_told_so(
    period: ReportingPeriod, cast: Cast, monkeypatch: pytest.MonkeyPatch, step: Step, word: str
) -> None:
    monkeypatch.setattr(patience, "SECONDS", 1)
    ReportingPeriod.objects.update(due_on="2027-01-04")
    if step is reopen:
        close(period, cast)
    period.refresh_from_db()
    with transaction.atomic():
        hold_periods([period])
        (answer,) = at_once(hurried(lambda: step(period, cast), "statement_timeout"))
    assert isinstance(answer, Conflict)
    assert str(answer) == f"2026年下半年正在写入一份导入，请稍后再{word}。"
    assert step(period, cast) is not False
