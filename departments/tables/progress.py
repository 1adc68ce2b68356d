"""How far a table is, row by row: in a file, since what the worker's transaction writes to the
database nobody sees before it is over."""

import time
from pathlib import Path

from django.conf import settings

EVERY = 0.5
"""Seconds between two signs."""


class Progress:
    """Tells how many rows of one import are done; called after each."""

    def __init__(self, pk: int) -> None:
        self.pk, self.next = pk, 0.0

    def __call__(self, done: int) -> None:
        if (now := time.monotonic()) >= self.next:
            self.next = now + EVERY
            path = _path(self.pk)
            fresh = path.with_suffix(".new")
            fresh.write_text(str(done), "ascii")
            fresh.replace(path)


def rows_done(pk: int) -> int:
    """How many rows the worker has said are done; 0 before it began."""
    try:
        return int(_path(pk).read_text("ascii"))
    except (OSError, ValueError):
        return 0


def forget(pk: int) -> None:
    """Delete the sign of an import that nobody works on any more."""
    _path(pk).unlink(missing_ok=True)


def left_behind(alive: set[int]) -> None:
    """Delete every sign but those of the imports in ``alive``."""
    for path in _folder().iterdir():
        if path.stem not in map(str, alive):
            path.unlink(missing_ok=True)


def _folder() -> Path:
    folder = Path(settings.VAR_DIR) / "tables"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _path(pk: int) -> Path:
    return _folder() / f"{pk}.rows"
