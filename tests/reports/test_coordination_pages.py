"""The pages of the 协调台账: list with filters, form, report, overview."""

import datetime
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from departments.models import User
from reports.actions.coordination import change_coordination
from reports.actions.periods import publish_result
from reports.actions.review import return_report
from reports.models import Coordination, Report, ReportingPeriod
from reports.selectors.coordination import KINDS
from tests.cast import Cast, report_of
from tests.reports.board import address, page
from tests.reports.matters import ASKED, handling, opened
from tests.reports.steps import filed

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]
FORM = {"answerer": "czj", "due_on": "2027-02-01", "state": "running"}


def where(period: ReportingPeriod, query: str = "") -> str:
    return address(period, f"coordination/{query}")


def test_a_coordinator_writes_down_who_answers_and_the_department_reads_it(
    asking: Report,
    period: ReportingPeriod,
    cast: Cast,
    login: Login,
) -> None:
    client = login(cast.slj_coordinator)
    html = page(client, where(period))
    assert ASKED in html
    assert "还没有写明由谁答复" in html
    (link,) = re.findall(r'href="(/reports/\d+/coordination/\?back=[^"]+)"', html)
    form = page(client, link)
    assert ASKED in form
    back = re.search(r'name="back" value="([^"]+)"', form)
    assert back
    answer = client.post(link.split("?")[0], {**FORM, "back": back[1]}, follow=True)
    assert answer.redirect_chain == [(f"{where(period)}#matter-{asking.pk}", 302)]
    assert "已保存 12.1 的协调事项" in answer.content.decode()
    for user in (cast.cgj_reporter, cast.auditor, cast.fgw_coordinator):
        html = page(login(user), where(period))
        assert "<b>区财政局</b>" in html
        assert "2027年2月1日" in html
        assert ("再安排一件" in html) is (user == cast.fgw_coordinator)
        report = page(login(user), f"/reports/{asking.pk}/")
        assert "协调办理" in report
        assert "<b>区财政局</b>" in report


def test_others_who_read_the_report_do_not_read_what_came_of_it(
    asking: Report,
    period: ReportingPeriod,
    cast: Cast,
    login: Login,
) -> None:
    opened(asking, cast.slj_coordinator, matter="内部安排")
    html = page(login(cast.zjw_reporter), f"/reports/{asking.pk}/")
    assert ASKED in html
    assert "协调办理" not in html
    assert "内部安排" not in html
    assert "12.1" not in page(login(cast.zjw_reporter), where(period))


def test_publishing_opens_no_matter_to_others(
    asking: Report,
    period: ReportingPeriod,
    cast: Cast,
    login: Login,
    now: object,
) -> None:
    now.move_to(datetime.datetime(2027, 1, 18, tzinfo=datetime.UTC))  # type: ignore[attr-defined]
    publish_result(period=period, by=cast.slj_coordinator)
    client = login(cast.zjw_reporter)
    assert "改造资金" not in page(client, address(period))
    assert "改造资金" not in page(client, where(period))
    assert login(cast.outsider).get(where(period)).status_code == 403


@pytest.mark.parametrize(
    ("change", "status", "sentence"),
    [
        ({"answerer": ""}, 400, "请选择答复单位"),
        ({"answerer": "xyz"}, 422, "「xyz」不在可选范围内"),
        ({"due_on": "2027-02-30"}, 422, "日期应写作 2027-01-25"),
        ({"state": "resolved"}, 400, "请写明办理结果"),
        ({"outcome": "字" * 2001}, 422, "有 2001 字，最多 2000 字"),
        ({"other_answerer": "市水利局"}, 400, "答复单位只能有一个"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    asking: Report, cast: Cast, login: Login, change: dict[str, str], status: int,
    sentence: str,
) -> None:  # fmt: skip
    data = {**FORM, "matter": "落实改造资金", **change}
    answer = login(cast.slj_coordinator).post(f"/reports/{asking.pk}/coordination/", data)
    assert answer.status_code == status
    html = unescape(answer.content.decode())
    assert sentence in html
    assert "落实改造资金" in html
    assert not Coordination.objects.exists()


def test_the_slower_of_two_sees_what_was_saved_and_keeps_the_own_words(
    asking: Report,
    cast: Cast,
    login: Login,
) -> None:
    made = opened(asking, cast.slj_coordinator)
    change_coordination(
        coordination=made, by=cast.fgw_coordinator,
        handling=handling(state="partly", outcome="先安排一半。"),
    )  # fmt: skip
    client, data = login(cast.slj_coordinator), {**FORM, "matter": "我写的", "version": "1"}
    answer = client.post(f"/coordination/{made.pk}/", data)
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "刚被他人修改" in html
    assert "先安排一半。" in html.split("现已保存的")[1]
    assert "我写的" in html
    assert 'name="version" value="2"' in html
    assert client.post(f"/coordination/{made.pk}/", {**data, "version": "2"}).status_code == 302
    record = page(client, where(asking.period)).split("办理记录")[1]
    assert "<del>先安排一半。</del> → <ins>（空）</ins>" in record.split("fgw coordinator")[1]


def test_filters_narrow_each_other_and_each_number_opens_its_matters(
    asking: Report,
    period: ReportingPeriod,
    cast: Cast,
    login: Login,
) -> None:
    opened(asking, cast.slj_coordinator)
    filed(report_of(period, "14.1"), cast, coordination="协调用地。")
    client = login(cast.slj_coordinator)
    html = page(client, where(period))
    numbers = re.findall(r'href="(\?kind=\w+)"[^>]*>[^<]+<b class="num">(\d+)</b>', html)
    assert [number for _, number in numbers] == ["2", "1", "1", "0", "0"]
    for query, number in numbers:
        assert page(client, where(period, query)).count('<li id="matter-') == int(number)
    both = page(client, where(period, "?department=cgj&answerer=区财政局"))
    assert both.count('<li id="matter-') == 1
    assert "没有符合条件的事项" in page(client, where(period, "?kind=settled"))
    refused = client.get(where(period, "?kind=best"))
    assert refused.status_code == 400
    assert "不在可选范围内" in refused.content.decode()


def test_the_overview_names_the_open_ones(
    asking: Report,
    period: ReportingPeriod,
    cast: Cast,
    login: Login,
) -> None:
    opened(asking, cast.slj_coordinator)
    for user, seen in ((cast.slj_coordinator, True), (cast.cgj_reporter, True),
                       (cast.zjw_reporter, False)):  # fmt: skip
        card = page(login(user), address(period)).partition('id="part-coordination"')[2]
        assert bool(card) is seen
        assert ("区财政局" in card) is seen
    card = page(login(cast.auditor), address(period)).partition('id="part-coordination"')[2]
    for href, number in re.findall(r'<li><a href="([^"]+)">\S+ <b class="num">(\d+)</b>', card):
        assert page(login(cast.auditor), href).count('<li id="matter-') == int(number)


def test_what_was_returned_still_shows_what_was_filed(
    asking: Report,
    period: ReportingPeriod,
    cast: Cast,
    login: Login,
) -> None:
    return_report(report=asking, by=cast.slj_coordinator, comment="请补充。")
    assert ASKED in page(login(cast.auditor), where(period))


def test_every_number_is_explained() -> None:
    text = (Path(settings.BASE_DIR) / "docs" / "figures.md").read_text(encoding="utf-8")
    for kind in KINDS.values():
        assert f"| {kind.label} | {kind.meaning}。 |" in text


def test_queries_do_not_grow_with_the_matters(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    client = login(cast.slj_coordinator)
    opened(filed(report_of(period, "12.1"), cast, coordination=ASKED), cast.slj_coordinator)
    page(client, where(period))
    with CaptureQueriesContext(connection) as few:
        page(client, where(period))
    for code in ("11.1", "13.1", "14.1", "20.4"):
        report = filed(report_of(period, code), cast, coordination="字" * 500)
        for _ in range(3):
            made = opened(report, cast.slj_coordinator, matter=f"事 {_}")
            change_coordination(
                coordination=made, by=cast.fgw_coordinator,
                handling=handling(state="resolved", outcome="字" * 500),
            )  # fmt: skip
    with CaptureQueriesContext(connection) as many:
        html = page(client, where(period))
    assert len(many) == len(few) <= 17
    assert len(html.encode()) < 400_000
