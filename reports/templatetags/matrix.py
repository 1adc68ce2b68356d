"""Cells of large tables: hundreds on a page, so they are joined here and not in the template."""

from collections.abc import Iterable
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe

from reports.selectors.department_history import Stand
from reports.selectors.matrix import Cell

register = template.Library()
_EMPTY = '<td class="none">–</td>'


@register.filter
def as_cells(cells: Iterable[Cell]) -> SafeString:
    """One ``td`` per cell: the hue (its shape comes with it), the word, the way to its page."""
    return mark_safe("".join(map(_cell, cells)))


def _cell(cell: Cell) -> str:
    if not cell.hue:
        return _EMPTY
    said = cell.word if not cell.share else f"{cell.word} <b>{cell.share}</b>"
    return f'<td class="{cell.hue}{" hit" if cell.hit else ""}">{_linked(cell.path, said)}</td>'


def _linked(path: str, said: str) -> str:
    return f'<a href="{escape(path)}">{said}</a>' if path else f"<span>{said}</span>"


@register.filter
def as_stands(stands: Iterable[Stand | None]) -> SafeString:
    """One ``td`` per item of a department's half-year: both lights, the rate, what changed."""
    return mark_safe("".join(_EMPTY if stand is None else _stand(stand) for stand in stands))


def _stand(stand: Stand) -> str:
    said = f'<i class="{stand.light.hue}">{stand.word}</i>'
    if stand.state_light:
        was = f"{stand.state_was}→" if stand.state_was else ""
        said += f'<i class="{stand.state_light.hue}">{was}{stand.state}</i>'
    if stand.rate is not None:
        was = f"{stand.rate_was}→" if stand.rate_was is not None else ""
        said += f"<b>{was}{stand.rate}%</b>"
    if stand.repeated:
        said += "<strong>与上期相同</strong>"
    return f"<td>{_linked(stand.path, said)}</td>"
