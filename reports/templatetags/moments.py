"""When something was filed, as far as that is known."""

import datetime

from django import template

from reports.moments import filing_words

register = template.Library()


@register.filter
def filing(moment: datetime.datetime | None) -> str:
    """``2027年1月5日 14:32``, or the day alone; empty where not even that is known."""
    return filing_words(moment) if moment else ""


@register.filter
def short_filing(moment: datetime.datetime | None) -> str:
    """``1月5日 14:32``, or the day alone; empty where not even that is known."""
    return filing_words(moment, year=False) if moment else ""
