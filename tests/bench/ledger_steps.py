"""One step with a ledger, in a process of its own so that its memory is its own.

    python -m tests.bench.ledger_steps STEP FOLDER COPIES

FOLDER holds the database (the annex COPIES times over) and the files of the step before. What the
step cost comes out as JSON.
"""

import dataclasses
import functools
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench import bare
from tests.bench.cost import Cost, cost
from tests.bench.large_plan import LEAD, large_plan
from tests.drills.house import OPENED, set_up

LEDGER, FILLED_IN, DATABASE = "ledger.xlsx", "filled-in.xlsx", "bench.sqlite3"
MEGABYTE = 1024 * 1024


def at_home(folder: Path) -> None:
    """Django on the folder's database; 68,900 rows are more than a person may bring."""
    set_up(str(folder), DATABASE_URL=f"sqlite:///{folder / DATABASE}")
    from django.conf import settings

    from reports.actions import workbook_read
    from reports.ledger.reader import read_book
    from reports.ledger.reading.limits import Limits

    settings.DEBUG = False  # else every query is kept
    much = Limits(
        file=1000 * MEGABYTE, inflated=4000 * MEGABYTE, output=4000 * MEGABYTE, cells=10**8,
        text=10**9, rows=10**7, merges=10**7, cpu_seconds=600, wall_seconds=1200,
    )  # fmt: skip
    workbook_read.read_book = functools.partial(read_book, limits=much)
    workbook_read.MAX_FILE = much.file


def export(folder: Path) -> Cost:
    """The ledger of the half-year."""
    from reports.ledger.columns import chosen
    from reports.ledger.rows import ledger_rows
    from reports.ledger.workbook import ledger_workbook

    period = _period()
    with cost() as found:
        content = ledger_workbook(period, ledger_rows(period, None), chosen(period.plan))
    (folder / LEDGER).write_bytes(content)
    return found


def write(folder: Path) -> Cost:
    """openpyxl writes what came out of ours."""
    drawn = bare.drawn_of((folder / LEDGER).read_bytes())
    with cost() as found:
        bare.write(drawn)
    return found


def fill_in(folder: Path) -> Cost:
    """What the clerk sends: the workbook as it goes out, with a word more in each row."""
    from departments.models import Department
    from reports.ledger.fill_in import Paper, fill_in_workbook
    from reports.ledger.fill_in_rows import fill_in_rows

    period, department = _period(), Department.objects.get(code=LEAD)
    with cost() as found:
        rows = [_more(row) for row in fill_in_rows(period, department, None)]
        content = fill_in_workbook(Paper(period, department, OPENED), rows)
    (folder / FILLED_IN).write_bytes(content)
    return found


def _more(row: Any) -> Any:
    said = row.content["progress"]
    return dataclasses.replace(row, content={**row.content, "progress": f"{said}补"})


def read(folder: Path) -> Cost:
    """openpyxl reads what the clerk sends."""
    content = (folder / FILLED_IN).read_bytes()
    with cost() as found:
        bare.read(content)
    return found


def preview(folder: Path) -> Cost:
    """From the upload to what the page of the preview shows."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from departments.models import Department, User
    from reports.actions.workbook_read import read_workbooks, receive_workbooks
    from reports.selectors.workbook_page import import_page

    upload = SimpleUploadedFile("填报表.xlsx", (folder / FILLED_IN).read_bytes())
    where = {"period": _period(), "department": Department.objects.get(code=LEAD)}
    clerk = User.objects.get(username="clerk")
    with cost() as found:
        made = receive_workbooks(**where, by=clerk, uploads=[upload])
        read_workbooks(workbook_import=made)
        made.refresh_from_db()
        page = import_page(made, {})
    made.seen = page.summary.seen
    made.save()
    return found


def confirm(folder: Path) -> Cost:
    """From the click to the drafts."""
    from departments.models import User
    from reports.actions.workbook_import import confirm_import, write_workbooks
    from reports.models import WorkbookImport

    made, clerk = WorkbookImport.objects.get(), User.objects.get(username="clerk")
    with cost() as found:
        confirm_import(workbook_import=made, by=clerk, choices={}, seen=made.seen)
        write_workbooks(workbook_import=made)
    made.refresh_from_db()
    assert made.tally["taken"] == _period().reports.count(), made.tally
    return found


def _period() -> Any:
    from reports.models import ReportingPeriod

    return ReportingPeriod.objects.select_related("plan").get()


STEPS: tuple[Callable[[Path], Cost], ...] = (export, write, fill_in, read, preview, confirm)


def main() -> None:
    name, folder, copies = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    there = (folder / DATABASE).exists()
    at_home(folder)
    if not there:
        large_plan(copies)
    step = next(step for step in STEPS if step.__name__ == name)
    print(json.dumps(dataclasses.asdict(step(folder))))


if __name__ == "__main__":
    main()
