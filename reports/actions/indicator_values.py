"""An indicator's value entered on a page of its own, and the base year's value.

Who may, and why: docs/decisions/indicators.md. Nothing is changed in place: a corrected value is
a further row, and the earlier ones stay.
"""

import dataclasses
import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from departments.errors import Conflict, DomainError, NotAllowed
from departments.models import User
from reports.actions.attachments import attach_file
from reports.actions.holding import hold_periods
from reports.calendar import full_date, local_date
from reports.models import Measurement, Report, ReportingPeriod, Series
from reports.policies import Right, may
from reports.selectors.measurements import measure_of, standing, values_before
from reports.states import IN_HAND, Status
from reports.text import clean, utf16_units
from reports.value_checks import doubt_about, out_of_bounds, plain
from tasks.models import Indicator

LONGEST_SOURCE = 100
LONGEST_COMMENT = 200
"""In UTF-16 units."""
UNFILED = "本期进展情况还没有报送，完成值请在填报页填写，随报送一并审签。"


class Doubtful(DomainError):
    """The value is odd, and nobody has said yet that it is right."""

    status_code = 422

    def __init__(self, sentence: str, value: Decimal) -> None:
        super().__init__(f"{sentence}确实无误的，请点“确认无误”。")
        self.value = value


@dataclasses.dataclass(frozen=True)
class Fact:
    """What is entered. ``final`` is 核定数; ``comment`` says why a value is corrected."""

    value: Decimal
    as_of: datetime.date
    source: str
    final: bool = False
    comment: str = ""


@transaction.atomic
def enter_measurement(  # noqa: PLR0913 - keyword-only facts of one value
    *,
    series: Series,
    period: ReportingPeriod,
    by: User,
    fact: Fact,
    seen: int | None = None,
    sure: Decimal | None = None,
    upload: "UploadedFile[Any] | None" = None,
    now: datetime.datetime | None = None,
) -> Measurement:
    """Append ``fact`` to the values of ``series`` in ``period``; the same again writes nothing.

    ``seen`` is the ``newest_mark`` of what the user saw (None skips the check), ``sure`` the
    value that the user has confirmed. Raises NotAllowed (403) for others than the department's
    reporters (初步数) and the reviewing receiver's coordinators (核定数); Conflict (409) where
    ``blocked`` says why or somebody was faster; DomainError (400) for what cannot be; Doubtful
    (422) for what is odd and not confirmed; RefusedFile for the file. Nothing is written then.
    """
    now = now or timezone.now()
    permit_value(series, by, final=fact.final)
    Indicator.objects.select_for_update().get(pk=series.indicator.pk)
    hold_periods([period])
    rows = rows_of(series, period)
    if sentence := blocked(series, period, rows, final=fact.final):
        raise Conflict(sentence)
    fact = _checked(fact, series, period, local_date(now))
    newest = rows[-1] if rows else None
    row = newest if newest is not None and _says_the_same(newest, fact) else None
    if row is None:
        if seen is not None and seen != newest_mark(rows):
            raise Conflict("这个完成值刚被他人修改，请对照后再保存。")
        _ask_why(fact, standing(rows))
        _ask_twice(fact, series, period, sure)
        row = _append(series, period, by, fact, now)
    if upload is not None:
        attach_file(owner=row, by=by, upload=upload)
    return row


def permit_value(series: Series, by: User, *, final: bool) -> None:
    """Raises NotAllowed where ``by`` may not enter that kind of value."""
    if final and not may(by, Right.CONFIRM_VALUE, series):
        raise NotAllowed("核定数由审核单位的汇总员录入。")
    if not final and not may(by, Right.ENTER_VALUE, series):
        raise NotAllowed("初步数由牵头单位的填报员录入。")


def rows_of(series: Series, period: ReportingPeriod) -> list[Measurement]:
    """Every value of ``series`` in ``period``, the oldest first."""
    rows = Measurement.objects.filter(
        indicator=series.indicator, department=series.department, period=period
    )
    return list(rows.select_related("by", "department").order_by("at", "pk"))


def newest_mark(rows: Sequence[Measurement]) -> int:
    """A number that changes with every value that is added; 0 where there is none."""
    return rows[-1].pk if rows else 0


def blocked(
    series: Series, period: ReportingPeriod, rows: Sequence[Measurement], *, final: bool
) -> str:
    """Why no value can be entered now (Chinese), and what one can do instead; empty if one can."""
    indicator = series.indicator
    if indicator.withdrawn_on is not None:
        return f"指标「{indicator.name}」已从方案中撤销，不再收新的完成值。"
    if final:
        return ""
    if any(row.is_final for row in rows):
        return "本期已有核定数，初步数不再改；核定数有误的，请联系审核单位更正。"
    if period.is_closed:
        return f"{period.label}报告期已关闭，初步数不再改；有误的，请联系审核单位录入核定数。"
    report = report_of(series, period)
    settled = (*IN_HAND, Status.EXEMPT)
    return "" if report is None or report.status in settled else UNFILED


def report_of(series: Series, period: ReportingPeriod) -> Report | None:
    """The department's report on the indicator's row in ``period``, if it owes one."""
    rows = Report.objects.filter(period=period, department=series.department)
    found: Report | None = rows.filter(assignment__work_item=series.indicator.work_item_id).first()
    return found if series.indicator.work_item_id else None


def _checked(fact: Fact, series: Series, period: ReportingPeriod, today: datetime.date) -> Fact:
    """``fact`` with its texts cleaned; raises DomainError for what cannot be."""
    if sentence := out_of_bounds(fact.value, measure_of(series.indicator)):
        raise DomainError(sentence)
    half = period.half_year
    last = min(half.end, today)
    if not half.start <= fact.as_of <= last:
        between = f"{full_date(half.start)}到{full_date(max(half.start, last))}"
        raise DomainError(f"截至日期应在{between}之间，填的是{full_date(fact.as_of)}。")
    source, comment = (" ".join(clean(text).text.split()) for text in (fact.source, fact.comment))
    if not source:
        raise DomainError("请写明数据来源，如“区统计局年报”。")
    if utf16_units(source) > LONGEST_SOURCE or utf16_units(comment) > LONGEST_COMMENT:
        raise DomainError(f"来源最多 {LONGEST_SOURCE} 字，更正说明最多 {LONGEST_COMMENT} 字。")
    return dataclasses.replace(fact, source=source, comment=comment)


def _says_the_same(row: Measurement, fact: Fact) -> bool:
    there = (row.value, row.as_of, row.source, row.is_final)
    return there == (fact.value, fact.as_of, fact.source, fact.final)


def _ask_why(fact: Fact, counted: Measurement | None) -> None:
    if counted is not None and counted.value != fact.value and not fact.comment:
        was = plain(counted.value or Decimal(0))
        raise DomainError(f"现有{counted.kind}是 {was}，与所填不同，请写明更正说明。")


def _ask_twice(fact: Fact, series: Series, period: ReportingPeriod, sure: Decimal | None) -> None:
    indicator = series.indicator
    before = values_before(period, series.department.pk, [indicator]).get(indicator.pk)
    sentence = doubt_about(fact.value, measure_of(indicator), before)
    if sentence and sure != fact.value:
        raise Doubtful(sentence, fact.value)


def _append(
    series: Series, period: ReportingPeriod, by: User, fact: Fact, now: datetime.datetime
) -> Measurement:
    row: Measurement = Measurement.objects.create(
        indicator=series.indicator,
        period=period,
        department=series.department,
        value=fact.value,
        as_of=fact.as_of,
        source=fact.source,
        comment=fact.comment,
        is_final=fact.final,
        by=by,
        at=now,
    )
    return row
