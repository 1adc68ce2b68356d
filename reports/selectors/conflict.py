"""Two people wrote into one form: what differs, and what the second one chose."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from reports.models import Report
from reports.models.report import TEXT_FIELDS
from reports.requirements import FIELD_LABELS
from reports.states import Progress

THEIRS, MINE = "theirs", "mine"


@dataclasses.dataclass(frozen=True)
class Difference:
    """One field in which what is saved (``theirs``) differs from what was typed (``mine``).

    ``chosen`` is the side offered first: the saved one where only the other person changed the
    field, else one's own.
    """

    name: str
    label: str
    theirs: str
    mine: str
    chosen: str

    @property
    def is_text(self) -> bool:
        return self.name in (*TEXT_FIELDS, "note")


def content_at(report: Report, version: int) -> dict[str, Any]:
    """The working copy as it stood at ``version``; the blank content before the first save."""
    kept = report.revisions.filter(version__lte=version).order_by("-version").first()
    return dict(kept.snapshot) if kept else Report().content()


def is_untouched(report: Report, mine: Mapping[str, Any], version: int) -> bool:
    """Whether ``mine`` is what the page of ``version`` showed: nothing was typed."""
    seen = content_at(report, version)
    return all(value == seen[name] for name, value in mine.items())


def differences(report: Report, mine: Mapping[str, Any], version: int) -> list[Difference]:
    """The fields of ``mine`` (content) that differ from the working copy of ``report``.

    ``version`` is the one from which ``mine`` was written.
    """
    saved, seen = report.content(), content_at(report, version)
    return [
        Difference(
            name,
            FIELD_LABELS[name],
            words(name, saved[name]),
            words(name, value),
            THEIRS if value == seen[name] else MINE,
        )
        for name, value in mine.items()
        if value != saved[name]
    ]


def words(name: str, value: Any) -> str:
    """A content value as a person reads it."""
    if value is None or value == "":
        return ""
    if name == "state":
        return str(Progress(value).label)
    if name == "completion":
        return f"{value}%"
    if isinstance(value, dict):
        return "；".join(f"{code} {number}" for code, number in value.items())
    return str(value)


def merged(report: Report, mine: Mapping[str, Any], choices: Mapping[str, Any]) -> dict[str, Any]:
    """``mine``, but with the saved value of every field whose ``keep_<name>`` is «theirs»."""
    saved = report.content()
    return {
        name: saved[name] if choices.get(f"keep_{name}") == THEIRS else value
        for name, value in mine.items()
    }
