"""The process that reads one workbook: limited before it touches a byte, no Django, no secrets.

It reads the workbook from standard input (a file) and writes lines of JSON to standard output: an
array for each row, an object after each sheet, and one object at the end.
"""

import json
import os
import resource
import sys
from typing import IO, Any

from reports.ledger.container import examine
from reports.ledger.reading.kinds import WorkbookRefused
from reports.ledger.reading.limits import Limits
from reports.ledger.reading.notices import Notices
from reports.ledger.reading.sheet import Budget, Facts, read_sheet
from reports.ledger.reading.workbook import SheetPart, Workbook

OUT_OF_MEMORY, TOO_MUCH_OUTPUT = 3, 4


def restrain(limits: Limits) -> None:
    """Take away what reading a workbook does not need; the kernel holds to it from here on."""
    with open("/proc/self/statm", "rb") as statm:
        pages = int(statm.read().split()[0])
    space = pages * resource.getpagesize() + limits.memory
    for what, most, beyond in (
        (resource.RLIMIT_AS, space, 0),
        # A second later than the signal that says why comes the one that doesn't.
        (resource.RLIMIT_CPU, limits.cpu_seconds, 1),
        (resource.RLIMIT_FSIZE, limits.output, 0),
        (resource.RLIMIT_NOFILE, 16, 0),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        resource.setrlimit(what, (most, most + beyond))


class _Writer:
    """Writes what is found, line by line, and notes what a person may not have seen."""

    def __init__(self, out: IO[bytes]) -> None:
        self.out = out
        self.notices = Notices()
        self.encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

    def line(self, data: Any) -> None:
        self.out.write(self.encode(data).encode("utf-8", "surrogatepass") + b"\n")

    def row(self, number: int, hidden: bool, cells: list[Any]) -> None:
        self.notices.see_row(number, hidden, cells)
        self.line([number, int(hidden), cells])

    def sheet(self, part: SheetPart, facts: Facts) -> None:
        self.notices.end_sheet(part.name, part.hidden, facts.filtered)
        self.line(
            {
                "name": part.name,
                "hidden": part.hidden,
                "merges": facts.merges,
                "hidden_columns": facts.hidden_columns,
                "filtered": facts.filtered,
            }
        )


def read(file: IO[bytes], out: IO[bytes], limits: Limits) -> None:
    """Write what stands in ``file`` to ``out``. Raises WorkbookRefused."""
    writer = _Writer(out)
    workbook = Workbook(examine(file, limits))
    context, budget = workbook.context(), Budget(limits)
    for part in workbook.sheets():
        with workbook.package.open(part.part) as stream:
            writer.sheet(part, read_sheet(stream, context, budget, writer.row))
    writer.line({"properties": workbook.properties(), "notices": writer.notices.sentences})


def main() -> None:
    """Run with the limits as JSON in the only argument; the exit code tells how it died."""
    limits = Limits(**json.loads(sys.argv[1]))
    restrain(limits)
    try:
        with open(0, "rb") as file, open(1, "wb") as out:
            try:
                read(file, out, limits)
            except WorkbookRefused as error:
                _Writer(out).line({"refused": str(error)})
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except OSError:
        os._exit(TOO_MUCH_OUTPUT)
    os._exit(0)  # all is written; taking the interpreter down would only cost time
