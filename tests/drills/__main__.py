"""Fault drills, one after the other: a line per figure, ``name figure target ok|short``.

    python -m tests.drills [--short] [NAME …]

Exit 1 where a figure is short or a drill breaks off.
"""

import sys

from tests.figures import run_all

DRILLS = (
    "answers", "gaps", "beats", "redis_out", "postgres_out", "imports", "kills",
    "kills --postgres",
)  # fmt: skip
"""Programs of this package: a module, perhaps with options; each prints its figures."""

if __name__ == "__main__":
    sys.exit(run_all("tests.drills", DRILLS))
