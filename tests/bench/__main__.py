"""Benchmarks, one after the other: a line per figure, ``name figure target ok|short``.

    python -m tests.bench [NAME …]

Exit 1 where a figure is short or a benchmark breaks off.
"""

import sys

from tests.figures import run_all

BENCHMARKS = ("notices", "notices --postgres", "ledger", "pages")
"""Programs of this package: a module, perhaps with options; each prints its figures."""

if __name__ == "__main__":
    sys.exit(run_all("tests.bench", BENCHMARKS))
