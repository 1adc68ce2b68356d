"""Saving a draft: a revision, not an event."""

import dataclasses
import datetime
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from departments.errors import Conflict, DomainError
from departments.models import Membership, User
from reports.actions.batch import pass_all
from reports.actions.standing import memberships_of
from reports.actions.transition import Passage, Step, advance
from reports.models import Report
from reports.models.report import CONTENT_FIELDS, TEXT_FIELDS
from reports.requirements import settle, too_long
from reports.states import Action
from reports.text import clean

CHUNK = 500
WRITTEN = (*CONTENT_FIELDS, "status", "version", "updated_by", "updated_at")
"""What saving a draft changes in the report's row."""


def clean_content(content: dict[str, Any]) -> dict[str, Any]:
    """``content`` with every text cleaned. Raises DomainError where one is over the limit."""
    cleaned = dict(content)
    for name in (*TEXT_FIELDS, "note"):
        if name in cleaned:
            cleaned[name] = clean(str(cleaned[name] or "")).text
            if sentence := too_long(name, cleaned[name]):
                raise DomainError(sentence)
    return cleaned


def save_draft(*, report: Report, by: User, content: dict[str, Any], version: int | None) -> Report:
    """Save ``content`` (some of CONTENT_FIELDS) as the working copy; returns the report.

    ``version`` is the one the user saw. A save that changes nothing writes nothing, so that a
    repeated request is harmless. Raises what ``advance`` raises: Conflict (409) on a stale
    version or a locked report, NotAllowed (403); DomainError (400) on a text over the limit.
    """
    cleaned = clean_content(content)
    settled = {**cleaned, **_rate(report, cleaned)}
    if (current := _saved_already(report, settled, version)) is not None:
        return current
    step = Step(content=settled, version=version)
    try:
        return advance(report=report, action=Action.SAVE, by=by, step=step)
    except Conflict:
        # The same request, sent again while the first one had not been committed.
        current = _saved_already(report, settled, version)
        if current is None or current.updated_by_id != by.pk:
            raise
        return current


def _saved_already(report: Report, content: dict[str, Any], version: int | None) -> Report | None:
    """The report read anew, where it says ``content`` already and could take it."""
    current = Report.objects.get(pk=report.pk)
    same = all(getattr(current, name) == value for name, value in content.items())
    known = version is None or version <= current.version
    return current if same and known and current.is_writable else None


@dataclasses.dataclass(frozen=True)
class Draft:
    """What an import writes into one report: some of CONTENT_FIELDS.

    ``comment`` says where the text came from.
    """

    report: Report
    content: dict[str, Any]
    comment: str


@transaction.atomic
def save_drafts(
    *, drafts: Sequence[Draft], by: User, now: datetime.datetime | None = None
) -> list[Report]:
    """Save many drafts, all or none; returns the reports as they stand.

    The caller has locked the drafts' reports in the same transaction, and decided by what stands
    in them. Everything else that ``advance`` checks is checked here, and its errors are raised.
    Beside its revision each leaves an event with its comment.
    """
    now = now or timezone.now()
    held = memberships_of(by, now)
    for start in range(0, len(drafts), CHUNK):
        passages = [_passage(draft, by, now, held) for draft in drafts[start : start + CHUNK]]
        pass_all(passages, WRITTEN)
    return [draft.report for draft in drafts]


def _passage(draft: Draft, by: User, now: datetime.datetime, held: Sequence[Membership]) -> Passage:
    cleaned = clean_content(draft.content)
    content = {**cleaned, **_rate(draft.report, cleaned)}
    step = Step(comment=draft.comment, content=content, noted=True)
    return Passage(draft.report, Action.SAVE, by, step, now, held)


def _rate(report: Report, content: dict[str, Any]) -> dict[str, Any]:
    state = content.get("state", report.state)
    rate = content.get("completion", report.completion)
    return {"completion": settle({"state": state, "completion": rate})["completion"]}
