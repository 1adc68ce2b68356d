"""What the form of an indicator's value shows: whose it is, what stands, what may be entered."""

import dataclasses
import datetime

from django.utils import timezone

from departments.models import User
from reports.actions.indicator_values import blocked, newest_mark, report_of, rows_of
from reports.attainment import binding
from reports.models import Measurement, Report, ReportingPeriod, Series
from reports.policies import Right, may
from reports.selectors.measurements import standing, values_before
from reports.selectors.yardstick import Yardstick, yardstick_of
from reports.value_checks import Before, plain


@dataclasses.dataclass(frozen=True)
class ValuePage:
    """``kinds`` are what the user may enter by right (final: True), ``open_kinds`` what can be now.

    ``reason`` says why one of them cannot; ``rows`` are the newest first.
    """

    series: Series
    period: ReportingPeriod
    rows: list[Measurement]
    counted: Measurement | None
    before: Before | None
    kinds: list[bool]
    open_kinds: list[bool]
    reason: str
    report: Report | None
    yardstick: Yardstick
    latest: datetime.date

    @property
    def mark(self) -> int:
        return newest_mark(self.rows[::-1])

    @property
    def before_number(self) -> str:
        return plain(self.before.value) if self.before else ""

    @property
    def target(self) -> str:
        """The target that binds the half-year's year, in words."""
        aim = binding(self.yardstick.aims, self.period.year)
        return f"{aim.year}年 {self.yardstick.aim_words(aim)}" if aim else ""


def value_page(series: Series, period: ReportingPeriod, user: User) -> ValuePage:
    """The half-year's values of ``series``; ``kinds`` is empty for who may enter nothing."""
    indicator, rows = series.indicator, rows_of(series, period)
    rights = {False: Right.ENTER_VALUE, True: Right.CONFIRM_VALUE}
    kinds = [final for final, right in rights.items() if may(user, right, series)]
    reasons = {final: blocked(series, period, rows, final=final) for final in kinds}
    before = values_before(period, series.department.pk, [indicator]).get(indicator.pk)
    return ValuePage(
        series=series,
        period=period,
        rows=rows[::-1],
        counted=standing(rows),
        before=before,
        kinds=kinds,
        open_kinds=[final for final in kinds if not reasons[final]],
        reason=next((reason for reason in reasons.values() if reason), ""),
        report=report_of(series, period),
        yardstick=yardstick_of(indicator, {}),
        latest=min(period.half_year.end, timezone.localdate()),
    )
