"""What the ways in of a department's workbooks need: which reports, and what would become of
them."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from django.db.models import QuerySet

from departments.models import Department
from reports.ledger.keys import RowKey
from reports.ledger.match import Owed, Scope, scope_of
from reports.ledger.preview import Preview, preview
from reports.models import Report, ReportingPeriod, WorkbookFile, WorkbookImport, WorkbookRow
from reports.selectors.measurements import values_before
from reports.selectors.workbook_bases import bases_of
from tasks.models import Indicator

CHUNK = 500


def workbook_scope(period: ReportingPeriod, department: Department) -> Scope:
    """The reports that a workbook of ``department`` may speak of in ``period``; four queries."""
    owed = list(_owed(period, department))
    names = dict(Department.objects.values_list("code", "name"))
    label = f"{department.name}{period.label}"
    indicators = indicators_by_item({each.work_item for each in owed})
    measured = [one for some in indicators.values() for one in some]
    before = values_before(period, department.pk, measured) if measured else {}
    return scope_of(label, owed, indicators, names, before)


def _owed(period: ReportingPeriod, department: Department) -> Iterator[Owed]:
    found = Report.objects.filter(period=period, department=department).values_list(
        "pk", "assignment__work_item", "assignment__work_item__task__number",
        "assignment__work_item__row", "assignment__work_item__text", "version", "indicator_values",
    )  # fmt: skip
    for pk, item, number, row, text, version, values in found.iterator(CHUNK):
        key = RowKey(period.plan.slug, period.code, f"{number}.{row}", department.code)
        yield Owed(pk, key, item, number, text, version, values)


def with_item(reports: QuerySet[Report]) -> QuerySet[Report]:
    """``reports`` with everything that a preview and the gate read of them."""
    return reports.select_related(
        "period__plan", "department", "assignment__work_item__task", "updated_by"
    )


def indicators_by_item(items: Collection[int]) -> dict[int, list[Indicator]]:
    """The measurable indicators in force of work items (ids), by the item's id."""
    found: dict[int, list[Indicator]] = defaultdict(list)
    for indicator in Indicator.objects.in_force().with_numbers().filter(work_item__in=items):
        if indicator.work_item_id is not None:
            found[indicator.work_item_id].append(indicator)
    return found


def rows_of(workbook_import: WorkbookImport) -> list[WorkbookRow]:
    """Every row that was read, in the order of the files and their rows."""
    rows = WorkbookRow.objects.filter(file__workbook_import=workbook_import)
    return list(rows.select_related("file").order_by("file__order", "pk"))


def left_of(workbook_import: WorkbookImport) -> QuerySet[WorkbookRow]:
    """The rows that were not taken, each with its reason."""
    rows = WorkbookRow.objects.filter(file__workbook_import=workbook_import).exclude(reason="")
    return rows.select_related("file").order_by("file__order", "pk")


def reports_of(rows: Sequence[WorkbookRow]) -> dict[int, Report]:
    """The reports that ``rows`` speak of, by id, in the annex's order."""
    ids = sorted({row.report_id for row in rows if row.report_id is not None})
    found: dict[int, Report] = {}
    for start in range(0, len(ids), CHUNK):
        found |= reports_by_id(ids[start : start + CHUNK])
    return found


def reports_by_id(ids: Iterable[int]) -> dict[int, Report]:
    """Reports with everything that a preview reads of them, in the annex's order."""
    return {report.pk: report for report in with_item(Report.objects.filter(pk__in=list(ids)))}


def preview_of(
    rows: Sequence[WorkbookRow], reports: Mapping[int, Report], choices: Mapping[str, str]
) -> Preview:
    """What ``rows`` would do to ``reports`` as they were read."""
    return preview(rows, reports, bases_of(rows, reports), choices)


def previews_of(
    made: WorkbookImport,
    choices: Mapping[str, str],
    fetch: Callable[[Iterable[int]], dict[int, Report]] = reports_by_id,
) -> Iterator[tuple[Preview, dict[int, Report]]]:
    """What the rows of ``made`` would do, five hundred reports at a time by their ids, at last the
    rows that no report takes; a long import is never whole in memory.

    ``fetch`` reads reports by id, or locks them.
    """
    files = {file.pk: file for file in made.files.all()}
    rows = WorkbookRow.objects.filter(file__in=files).order_by()
    known = rows.exclude(report=None).order_by("report").values_list("report", flat=True)
    ids = list(known.distinct())
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        reports = fetch(chunk)
        yield (
            preview_of(_with_files(rows.filter(report__in=chunk), files), reports, choices),
            reports,
        )
    if strange := _with_files(rows.filter(report=None), files):
        yield preview_of(strange, {}, choices), {}


def _with_files(
    rows: Iterable[WorkbookRow], files: Mapping[int, WorkbookFile]
) -> list[WorkbookRow]:
    """``rows`` in the order of the files and their rows, those of a file with one and the same
    object for it."""
    found = list(rows)
    for row in found:
        row.file = files[row.file_id]
    return sorted(found, key=lambda row: (row.file.order, row.pk))
