"""The page of the search: the place marked, what is refused, pages turned, queries pinned."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from departments.models import User
from reports.models import ProgressEntry, Report, ReportEvent, ReportingPeriod, SearchText
from reports.models.search import search_text
from tasks.models import Plan
from tests.cast import Cast, report_of
from tests.reports.indicator_steps import half_year
from tests.reports.steps import filed

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]


@pytest.fixture
def report(period: ReportingPeriod, cast: Cast) -> Report:
    return report_of(period, "12.1")


def page(client: Client, query: str, **more: str) -> str:
    answer = client.get("/search/", {"q": query, **more})
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_marks_the_place(report: Report, cast: Cast, login: Login) -> None:
    filed(report, cast, progress="本半年<b>改造</b>供水管网 6.1 公里")
    html = page(login(cast.auditor), "供水管网", kind="reports")
    assert "本半年&lt;b&gt;改造&lt;/b&gt;<mark>供水管网</mark> 6.1 公里" in html
    assert f'href="/reports/{report.pk}/"' in html
    assert "2026年下半年 · 区城管局 · 已报送" in html
    assert 'value="供水管网"' in html


def test_nothing_typed_shows_what_can_be_looked_for(cast: Cast, login: Login) -> None:
    client = login(cast.outsider)
    assert "可以查什么" in page(client, "")
    assert "可以查什么" in page(client, "  \u200b ")
    assert "没有找到“没有这个词组”" in page(client, "没有这个词组")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"q": "水"}, "「水」只有一个字"),
        ({"q": "漏损 水"}, "「水」只有一个字"),
        ({"q": "水" * 101}, "有 101 字，最多 100 字"),
        ({"q": "一一 二二 三三 四四 五五 六六"}, "最多同时查 5 个词"),
        ({"q": "漏损", "kind": "users"}, "没有这个范围"),
        ({"q": "漏损", "kind": "9" * 4000}, "没有这个范围"),
    ],
)
def test_what_cannot_be_looked_for_is_said_with_what_was_typed(
    plan: Plan, cast: Cast, login: Login, data: dict[str, str], sentence: str
) -> None:
    answer = login(cast.cgj_reporter).get("/search/", data)
    assert answer.status_code == 400
    html = answer.content.decode()
    assert sentence in html
    assert f'value="{data["q"]}"' in html


@pytest.mark.parametrize(
    "query",
    ["'; drop table--", '"<script>', "漏损\u202e", "\U00020000\U00020001", "(漏损", "[损", "？？"],
)
def test_odd_characters_are_looked_for_as_they_are(
    report: Report, cast: Cast, login: Login, query: str
) -> None:
    html = page(login(cast.cgj_reporter), query)
    assert "<script>" not in html.replace('<script src="', "")


def test_a_post_is_refused(cast: Cast, login: Login) -> None:
    assert login(cast.outsider).post("/search/", {"q": "漏损"}).status_code == 405


def fill(plan: Plan, cast: Cast, halves: int) -> None:
    """``halves`` half-years before 2026H2 in which 12.1 was filed and an entry logged."""
    template = Report.objects.get(period__year=2026, period__half=2, filed_event__isnull=False)
    year, half = 2026, 1
    for _ in range(halves):
        period = half_year(plan, year, half)
        year, half = (year, 1) if half == 2 else (year - 1, 2)
        if period.reports.exists():
            continue
        old = Report.objects.create(
            period=period,
            assignment=template.assignment,
            department=template.department,
            reviewer=template.reviewer,
        )
        event = ReportEvent.objects.create(
            report=old, action="approve", from_status="pending", to_status="filed",
            at=template.filed_event.at, by_name="审签人", by_role="审签人",
            snapshot={**template.filed_content, "progress": f"{period.label}管网改造" * 60},
        )  # fmt: skip
        SearchText.objects.create(event=event, text=search_text(event.snapshot or {}))
        Report.objects.filter(pk=old.pk).update(
            status="filed", filed_event=event, filed_at=event.at, refiled_at=event.at
        )
        ProgressEntry.objects.create(
            work_item=template.assignment.work_item, department=template.department,
            period=period, happened_on=period.opens_on, text="管网改造记录" * 40,
            by=cast.cgj_reporter, at=event.at,
        )  # fmt: skip


def test_queries_do_not_grow_with_the_half_years_and_pages_are_turned(
    report: Report, cast: Cast, login: Login
) -> None:
    filed(report, cast, progress="2026年下半年管网改造")
    client, counts = login(cast.cgj_reporter), []
    for halves in (1, 13, 130):
        fill(report.period.plan, cast, halves)
        for more in ({}, {"kind": "reports"}):
            address = {"q": "管网改造", **more}
            client.get("/search/", address)
            with CaptureQueriesContext(connection) as queries:
                answer = client.get("/search/", address)
            counts.append(len(queries))
            assert len(answer.content) < 150_000
    assert counts == PINNED * 3
    first = page(client, "管网改造", kind="reports")
    assert "第 1 / 7 页" in first
    assert first.count('<li><h3><a href="/reports/') == 20
    last = page(client, "管网改造", kind="reports", page="7")
    assert "page=6" in last
    for odd in ("x", "0", "-1", "9" * 5000):
        assert page(client, "管网改造", kind="reports", page=odd)


PINNED = [13, 11]
"""Queries of the first page with three kinds found, and of one kind's page."""


def test_more_hits_than_anybody_reads_are_cut_and_said(
    report: Report, cast: Cast, login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    filed(report, cast, progress="2026年下半年管网改造")
    fill(report.period.plan, cast, 8)
    monkeypatch.setattr("reports.selectors.search.MOST", 5)
    html = page(login(cast.auditor), "管网改造", kind="reports")
    assert "5+" in html
    assert "请再加一个词" in html
    assert html.count('<li><h3><a href="/reports/') == 5
