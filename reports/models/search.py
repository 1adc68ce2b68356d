"""What was filed, as plain text to be searched."""

from collections.abc import Mapping
from typing import Any

from django.db import models

from reports.models.base import AppendOnly
from reports.models.event import ReportEvent
from reports.searching import fold

SEARCHED = ("progress", "problems", "coordination", "next_steps", "note")
"""The texts of a report that are searched, in the order in which they are shown."""


def search_text(content: Mapping[str, Any]) -> str:
    """The searched texts of ``content`` (keys: CONTENT_FIELDS) one after the other, folded."""
    return fold("\n".join(str(content.get(name) or "") for name in SEARCHED))


class SearchText(AppendOnly):
    """检索文本: what a filing's event holds as JSON, as one folded text, written by the gate.

    A report's ``filed_event`` leads to the one that outsiders may find. Folded on the way in, it
    is searched without folding every row again.
    """

    event = models.OneToOneField(ReportEvent, on_delete=models.PROTECT, related_name="search_text")
    text = models.TextField("文字")

    class Meta:
        verbose_name = verbose_name_plural = "检索文本"

    def __str__(self) -> str:
        return self.text[:20]
