"""Broken and amended plan files: the real one with a stroke of the pen changed."""

from pathlib import Path

from django.conf import settings

REAL = settings.BASE_DIR / "fixtures" / "wanzhou-2020-50.toml"


def amended(folder: Path, *changes: tuple[str, str]) -> Path:
    """A copy of the real file in which each first ``old`` is ``new``; ``old`` must be there."""
    text = REAL.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    path = folder / "plan.toml"
    path.write_text(text, encoding="utf-8")
    return path


def without_row(text: str, code: str) -> str:
    """The file's text without the row ``code`` of the annex, and without indicators on it."""
    head, mark, tail = text.partition(f'[["板块"."任务"."事项"]] # {code}\n')
    assert mark, code
    return head + tail[tail.index("\n\n") + 2 :]


def amended_text(folder: Path, text: str) -> Path:
    path = folder / "plan.toml"
    path.write_text(text, encoding="utf-8")
    return path
