"""The hand-written half-year, for every test that counts."""

import datetime

import pytest
import time_machine

from reports.actions.periods import close_period, reopen_period
from reports.models import Report, ReportingPeriod
from tests.cast import Cast, report_of
from tests.reports.figure_cases import CASES, CLOSED, REOPENED
from tests.reports.matters import ASKED
from tests.reports.replay import Replay, happenings
from tests.reports.steps import filed


@pytest.fixture
def replay(period: ReportingPeriod, cast: Cast, now: time_machine.Traveller) -> Replay:
    """``replay(moment)`` lets what has not happened yet happen up to ``moment``."""
    acts = [happening for case in CASES for happening in happenings(case, period, cast)]
    receiver = cast.slj_coordinator
    acts.append((CLOSED, lambda: close_period(period=period, by=receiver)))
    acts.append(
        (REOPENED, lambda: reopen_period(period=period, by=receiver, comment="漏报一项")),
    )
    acts.sort(key=lambda happening: happening[0])

    def until(moment: datetime.datetime) -> None:
        while acts and acts[0][0] <= moment:
            when, step = acts.pop(0)
            now.move_to(when)
            step()
        now.move_to(moment)

    return until


@pytest.fixture
def asking(period: ReportingPeriod, cast: Cast) -> Report:
    """12.1 of 区城管局, filed with something to be coordinated."""
    return filed(report_of(period, "12.1"), cast, coordination=ASKED)
