"""基准值: what an indicator was in the year from which a reduction is counted."""

from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from departments.errors import Conflict, DomainError, NotAllowed
from departments.models import User
from reports.actions.indicator_values import LONGEST_SOURCE
from reports.models import Baseline
from reports.policies import confirms
from reports.selectors.measurements import measure_of, series_of
from reports.text import clean, utf16_units
from reports.value_checks import out_of_bounds
from tasks.models import Indicator


@transaction.atomic
def set_baseline(  # noqa: PLR0913 - keyword-only facts of one value
    *, indicator: Indicator, year: int, value: Decimal, source: str, by: User, seen: int | None
) -> Baseline:
    """Append the value of ``indicator`` in its base ``year``; the earlier ones stay.

    ``seen`` is the id of the baseline that the user saw, 0 for none (None skips the check).
    Raises NotAllowed for others than the reviewing receiver's coordinators, Conflict where
    somebody was faster, DomainError where no target counts from that year, or the value or its
    source cannot be.
    """
    if not confirms(by, series_of(indicator.plan, [indicator])[indicator.pk]):
        raise NotAllowed("基准值由审核单位的汇总员录入。")
    Indicator.objects.select_for_update().get(pk=indicator.pk)
    if not indicator.targets.filter(base_year=year).exists():
        raise DomainError(f"本指标没有以{year}年为基准的目标。")
    source = " ".join(clean(source).text.split())
    _check(indicator, value, source)
    newest = indicator.baselines.filter(year=year).last()
    if newest is not None and (newest.value, newest.source) == (value, source):
        return newest
    if seen is not None and seen != (newest.pk if newest else 0):
        raise Conflict("基准值刚被他人修改，请对照后再保存。")
    return Baseline.objects.create(
        indicator=indicator, year=year, value=value, source=source, by=by, at=timezone.now()
    )


def _check(indicator: Indicator, value: Decimal, source: str) -> None:
    if sentence := out_of_bounds(value, measure_of(indicator)):
        raise DomainError(sentence)
    if value == 0:
        raise DomainError("基准值不能是 0，请核对。")
    if not source:
        raise DomainError("请写明基准值的来源，如“2015年水资源公报”。")
    if utf16_units(source) > LONGEST_SOURCE:
        raise DomainError(f"来源最多 {LONGEST_SOURCE} 字。")
