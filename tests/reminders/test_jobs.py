"""The job behind every tick: what fails keeps nothing else from being told."""

import datetime
import threading
import time
from typing import Any

import pytest
import structlog
import time_machine

from departments.background import nudging
from reports.actions.periods import open_period
from reports.calendar import HalfYear
from reports.jobs import remind, remind_soon
from reports.models import Notice, ReportingPeriod, TickState
from reports.reminders import tick as ticks
from tests.cast import Cast
from tests.reminders.smtp import Post
from tests.reminders.world import at

pytestmark = pytest.mark.django_db
TUESDAY = at("2027-01-12T09:05")


@pytest.fixture
def broken(period: ReportingPeriod, monkeypatch: pytest.MonkeyPatch) -> ReportingPeriod:
    """An earlier half-year, still open, whose facts can't be read."""
    earlier, _ = open_period(plan=period.plan, half_year=HalfYear(2026, 1), now=TUESDAY)
    gather = ticks.gather

    def stumble(row: ReportingPeriod, now: datetime.datetime) -> Any:
        if row == earlier:
            raise LookupError("broken facts")
        return gather(row, now)

    monkeypatch.setattr(ticks, "gather", stumble)
    return earlier


def test_a_period_that_fails_keeps_no_other_from_being_told(
    broken: ReportingPeriod, period: ReportingPeriod, cast: Cast, post: Post
) -> None:
    with (
        time_machine.travel(TUESDAY, tick=False),
        structlog.testing.capture_logs() as lines,
        pytest.raises(LookupError, match="broken facts"),
    ):
        remind()
    assert {notice.period for notice in Notice.objects.all()} == {period}
    assert any(str(m["To"]) == "cgj_reporter@wz.cn" for m in post.taken)
    (line,) = [line for line in lines if line["log_level"] == "error"]
    assert (line["period"], line["exc_info"]) == (broken.code, True)


def test_a_tick_that_failed_does_not_count_as_made(broken: ReportingPeriod, cast: Cast) -> None:
    with pytest.raises(LookupError):
        ticks.tick(TUESDAY)
    assert not TickState.objects.exists()


def test_an_outbox_that_fails_leaves_nothing_half_written(
    period: ReportingPeriod, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_: Any) -> None:
        raise LookupError

    with monkeypatch.context() as patch:
        patch.setattr("reports.reminders.outbox._link_reports", stumble)
        with pytest.raises(LookupError):
            ticks.tick(TUESDAY)
    assert not Notice.objects.exists()
    assert ticks.tick(TUESDAY).put > 0


@pytest.mark.parametrize("broken", [False, True])
def test_a_page_does_not_wait_for_the_broker(
    broken: bool, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, let_go = [], threading.Event()

    def hang(**options: Any) -> None:
        asked.append(options)
        let_go.wait(5)
        if broken:
            raise OSError("gone")

    monkeypatch.setattr(remind, "apply_async", hang)
    begun = time.monotonic()
    for _ in range(3):
        with django_capture_on_commit_callbacks(execute=True):
            remind_soon()
    assert time.monotonic() - begun < 1
    assert asked == [{"retry": False, "expires": 50}]
    let_go.set()
    while any(lock.locked() for lock in nudging.values()) and time.monotonic() - begun < 5:
        time.sleep(0.01)
    with django_capture_on_commit_callbacks(execute=True):
        remind_soon()
    assert len(asked) == 2
