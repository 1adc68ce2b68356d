"""A ledger of 6,890 rows (53 × 130), out and in, beside a bare openpyxl that writes and reads the
same cells, styles and merges; then a tenth of it and ten times as much, to see what a row costs.

Seconds are the processor's, of each step's process and its children, on a SQLite file: other work
on the machine does not count. Memory is by how much the step's own process grew at most.
"""

import argparse
import itertools
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence

from tests.bench.cost import Cost
from tests.bench.ledger_steps import MEGABYTE
from tests.figures import ROOT, at_most, told

FEWER, COPIES, MORE = 13, 130, 1300
OURS = ("export", "fill_in", "preview", "confirm")
EVEN = 1.3
"""A row may cost so much more where there are ten times as many, before it counts as uneven."""
GROWTH = 60


def main() -> None:
    """With ``--short`` the 68,900 rows are left out."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--short", action="store_true")
    short = parser.parse_args().short
    found = {COPIES: ledger(COPIES, (*OURS, "write", "read"))}
    beside_bare(found[COPIES])
    for copies in (FEWER,) if short else (FEWER, MORE):
        found[copies] = ledger(copies, OURS)
    for step in OURS:
        even(step, {copies: found[copies][step].seconds / copies / 53 for copies in sorted(found)})


def ledger(copies: int, steps: Sequence[str]) -> dict[str, Cost]:
    """What each of ``steps`` costs with 53 × ``copies`` rows, one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        return {step: run(step, folder, copies) for step in steps}


def run(step: str, folder: str, copies: int) -> Cost:
    command = [sys.executable, "-m", "tests.bench.ledger_steps", step, folder, str(copies)]
    said = subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.PIPE).stdout
    return Cost(**json.loads(said))


def beside_bare(found: dict[str, Cost]) -> None:
    """The ratios that are asked for; an import is its preview and its confirmation together."""
    brought = Cost(found["preview"].seconds + found["confirm"].seconds, found["confirm"].growth)
    told("ledger.rows", 53 * COPIES)
    compare("export", found["export"], found["write"], 1.5)
    compare("preview", found["preview"], found["read"], 5)
    compare("confirmed_import", brought, found["read"], 10)


def compare(name: str, ours: Cost, bare: Cost, target: float) -> None:
    told(f"ledger.{name}.bare_seconds", round(bare.seconds, 2))
    told(f"ledger.{name}.seconds", round(ours.seconds, 2))
    at_most(f"ledger.{name}.ratio", ours.seconds / bare.seconds, target)
    at_most(f"ledger.{name}.growth_mb", ours.growth / MEGABYTE, GROWTH)


def even(step: str, seconds: dict[int, float]) -> None:
    """What one row costs at each size, and how much more where there are ten times as many."""
    for copies, each in seconds.items():
        told(f"ledger.{step}.milliseconds_a_row_of_{53 * copies}", round(each * 1000, 3))
    for few, many in itertools.pairwise(seconds):
        name = f"ledger.{step}.a_row_of_{53 * many}_to_one_of_{53 * few}"
        at_most(name, seconds[many] / seconds[few], EVEN)


if __name__ == "__main__":
    main()
