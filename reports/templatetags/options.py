"""Choices of selects: thousands on a page, so they are joined here and not in the template."""

from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe

from reports.selectors.history_pages import Asked, Options

register = template.Library()


@register.filter
def as_options(options: Options, asked: Asked) -> SafeString:
    """``options`` with what holds selected; where nobody has said, the proposal is marked."""
    proposal = "" if asked.value else asked.proposal
    return _joined(options, asked.value, proposal)


@register.filter
def as_others(options: Options, asked: Asked) -> SafeString:
    """The same for choices among which the proposal is not marked: it stands elsewhere."""
    return _joined(options, asked.value, "")


def _joined(options: Options, chosen: str, proposal: str) -> SafeString:
    parts = (
        f'<option value="{escape(value)}" {"selected" if value == chosen else ""}>'
        f"{escape(word)}{'（建议）' if proposal and value == proposal else ''}</option>"
        for value, word in options
    )
    return mark_safe("".join(parts))
