"""docs/figures.md explains every number and every light that stands on the screen."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.conf import settings
from django.test import Client

from departments.models import User
from reports import calendar
from reports.models import ReportingPeriod
from reports.selectors.figures import FIGURES, MEANINGS
from reports.states import Assessment
from tests.cast import Cast
from tests.reports.board import address, page
from tests.reports.figure_cases import at
from tests.reports.replay import Replay

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]
PAGE = (settings.BASE_DIR / "docs" / "figures.md").read_text(encoding="utf-8")
PLAIN = {"单位", "状态", "操作", "名次", "日期", "当日", "累计", "上期累计"}
"""Headings that head no number, or the columns of the chart's own table."""


def labels_on(html: str) -> set[str]:
    """Everything that names a number: tiles, rates, concerns, headings of tables, the key."""
    found = re.findall(r'class="card (?:kpi|rate)[^>]*>\s*<span[^>]*>([^<]+)</span>', html)
    found += re.findall(r'\?status=\w+">([^<]+) <b class="num">', html)
    found += re.findall(r'<th[^>]*class="n"[^>]*>([^<]+)<', html)
    found += re.findall(r"<title>(\w+) \d+ 项</title>", html)
    return {unescape(label).strip() for label in found} - PLAIN


@pytest.mark.parametrize("meaning", MEANINGS, ids=lambda each: each.label)
def test_every_figure_is_explained_in_the_words_of_the_page(meaning: object) -> None:
    assert f"| {meaning.label} | {meaning.meaning}。 |" in PAGE  # type: ignore[attr-defined]


def test_every_number_on_the_screen_is_explained(
    period: ReportingPeriod, cast: Cast, login: Login, replay: Replay
) -> None:
    replay(at(18, 12))
    seen: set[str] = set()
    for user in (cast.slj_coordinator, cast.auditor, cast.cgj_reporter):
        client = login(user)
        for where in (address(period), "/"):
            seen |= labels_on(page(client, where))
    assert {"应报", "报送率", "按时率", "逾期未报", "推进滞后", "待审签"} <= seen
    assert not [label for label in seen if label not in PAGE]


def test_the_page_itself_says_what_each_number_means(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    html = unescape(page(login(cast.auditor), address(period)))
    for each in MEANINGS:
        assert f"<dt>{each.label}</dt><dd>{each.meaning}。</dd>" in html
    for key, figure in FIGURES.items():
        listed = unescape(page(login(cast.auditor), address(period, f"list/?status={key}")))
        assert f"{figure.label}：{figure.meaning}。" in listed


@pytest.mark.parametrize("state", Assessment)
def test_the_progress_light_of_each_state_is_the_one_explained(state: Assessment) -> None:
    light = calendar.progress_light(state, state.label)
    assert light is not None
    (row,) = [line for line in PAGE.split("## 推进灯")[1].splitlines()
              if line.startswith("|") and state.label in line]  # fmt: skip
    assert light.shape in row


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"status": "exempt"}, "免报"),
        ({"status": "accepted", "late": True}, "已报，有一次超过"),
        ({"status": "filed"}, "已报，按时"),
        ({"status": "draft", "days": -1}, "有效期限已过"),
        ({"status": "draft", "days": 9, "returned": True}, "退回未重报，期限未到"),
        ({"status": "blank", "days": 3}, "离期限不到 4 天"),
        ({"status": "blank", "days": 4}, "离期限 4 至 14 天"),
        ({"status": "blank", "days": 14}, "离期限 4 至 14 天"),
        ({"status": "blank", "days": 15}, "还早"),
    ],
)
def test_the_filing_light_is_the_one_explained(facts: dict[str, object], words: str) -> None:
    today = calendar.datetime.date(2027, 1, 5)
    due_on = today + int(str(facts.pop("days", 5))) * calendar.ONE_DAY
    light = calendar.report_light(word="", due_on=due_on, today=today, **facts)  # type: ignore[arg-type]
    rows = PAGE.split("## 报送灯")[1].split("## 推进灯")[0].splitlines()
    (row,) = [line for line in rows if words in line.partition("|")[2].partition("|")[2]]
    assert light.shape in row.split("|")[1]
