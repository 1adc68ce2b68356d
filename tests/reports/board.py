"""Reading the overview and its lists as a person does."""

import re

from django.test import Client

from reports.actions.transition import Step, advance
from reports.models import Report, ReportingPeriod
from reports.states import Action
from tests.cast import Cast

CONTENT = {"progress": "完成改造 6.1 公里。", "state": "behind", "completion": 40}


def address(period: ReportingPeriod, tail: str = "") -> str:
    return f"/plans/{period.plan.slug}/periods/{period.code}/{tail}"


def page(client: Client, where: str) -> str:
    answer = client.get(where)
    assert answer.status_code == 200, where
    return answer.content.decode()


def file(report: Report, cast: Cast) -> None:
    submit = Step(content=dict(CONTENT))
    advance(report=report, action=Action.SUBMIT, by=cast.cgj_reporter, step=submit)
    advance(report=report, action=Action.APPROVE, by=cast.cgj_approver)


def lines(html: str) -> int:
    """How many reports the list shows."""
    return html.count('<tr id="report-')


def kpi(html: str, label: str) -> str:
    """The number under ``label`` in the first row of numbers that has it."""
    found = re.search(rf'<span class="muted small">{label}</span>\s*<b>([^<]*)</b>', html)
    assert found, label
    return found[1]


def rate(html: str, label: str) -> tuple[str, str]:
    """The rate under ``label`` and what it is made of."""
    head, tail = html.split(f'<span class="muted small">{label}</span>', 1)[1].split("</b>", 1)
    note = re.search(r'<span class="was num">([^<]*)<', tail)
    assert note
    return head.rpartition(">")[2], note[1].strip(" ·")


def was(html: str, label: str) -> str:
    """What stood under ``label`` in the last half-year on the same day."""
    shown = html.split(f'<span class="muted small">{label}</span>', 1)[1]
    return shown.split("上期同期 ", 1)[1].split("<", 1)[0]
