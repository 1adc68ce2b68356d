"""The pages of a history import: what is asked of columns, words and rows."""

import re
from pathlib import Path

import pytest
from django.test import Client

from reports.actions.history_read import MOST
from reports.models import HistoryImport
from reports.selectors.history_rows import PER_PAGE
from tests.reports.history_steps import (
    ANNEX,
    FLAT,
    MONEY,
    OTHER,
    PROGRESS,
    bring,
    client,
    column,
    device_key,
    media,
    page,
    proposed,
    selects,
    unknown,
    upload,
)

__all__ = ["client", "media"]
pytestmark = pytest.mark.django_db


def test_doubtful_columns_come_first_and_nothing_is_chosen_for_anybody(
    client: Client, tmp_path: Path
) -> None:
    address = bring(client, OTHER, tmp_path)
    assert address.endswith("/columns/")
    html = page(client, address)
    chosen = selects(html)
    assert (chosen[column(html, PROGRESS)], chosen[column(html, MONEY)]) == ("", "")
    assert chosen[column(html, "任务编号")] == "number"
    assert proposed(html) == {column(html, PROGRESS): "progress"}
    assert "像是“进展情况”，70%" in html
    assert "完成投资（万元）" in html
    preview = page(client, address.replace("columns/", ""))
    assert "现在不能确认" in preview
    assert "将要写入的" not in preview


def test_answers_are_kept_when_the_page_is_left(client: Client, tmp_path: Path) -> None:
    address = bring(client, OTHER, tmp_path)
    progress, money = (column(page(client, address), head) for head in (PROGRESS, MONEY))
    saved_so_far = client.post(address, {progress: "progress", "save": "1"})
    assert saved_so_far.url == address
    html = page(client, address)
    assert selects(html)[progress] == "progress"
    assert "您定的" in html
    background = client.post(address, {money: "append"}, headers={"X-Background": "1"})
    assert background.json()["errors"] == []
    assert selects(page(client, address))[money] == "append"
    following = client.post(address, {})
    assert following.url.endswith("/rows/")


def test_wordings_are_asked_once_with_a_proposal(client: Client, tmp_path: Path) -> None:
    address = bring(client, OTHER, tmp_path)
    html = page(client, address)
    told_so = {column(html, PROGRESS): "progress", column(html, MONEY): "append"}
    rows = client.post(address, told_so).url
    html = page(client, rows)
    for word in ("推进中", "滞后", "完成"):
        assert f'<b class="text">{word}</b>' in html
    assert html.count("（建议）") == 3
    after = client.post(rows, {**dict.fromkeys(selects(html), ""), "accept": "1"})
    assert re.fullmatch(r"/history/\d+/", after.url)
    assert "确认导入 53 项" in page(client, after.url)
    html = page(client, rows)
    assert html.count("您定的") == 3
    (behind,) = [name for name, value in selects(html).items() if value == "behind"]
    client.post(rows, {behind: "on_track", "save": "1"})
    assert list(selects(page(client, rows)).values()).count("on_track") == 2


def test_a_row_is_asked_with_what_it_says_of_itself(client: Client, tmp_path: Path) -> None:
    address = bring(client, ANNEX, tmp_path)
    assert address.endswith("/rows/")
    html = page(client, address)
    assert "台账 第 19 行" in html
    assert "没有分别写明牵头单位，按先后这一行像是区水利局[直接取水企业]的" in html
    assert "有把握的 54 行" in html
    names = [name for name in selects(html) if name.startswith("rows:")]
    assert names == ["rows:0:19", "rows:0:20"]
    unanswered = client.post(address, {"rows:0:19": "skip"})
    assert unanswered.url == address
    html = page(client, address)
    assert selects(html)["rows:0:19"] == "skip"


def test_a_sure_row_can_be_settled_otherwise(client: Client, tmp_path: Path) -> None:
    address = bring(client, ANNEX, tmp_path)
    html = page(client, f"{address}?row=0:6")
    assert selects(html)["rows:0:6"] != ""
    client.post(f"{address}?row=0:6", {"rows:0:6": "skip", "save": "1"})
    assert selects(page(client, address))["rows:0:6"] == "skip"


def test_what_is_not_asked_is_not_answered(client: Client, tmp_path: Path) -> None:
    address = bring(client, ANNEX, tmp_path)
    client.post(address, {"rows:0:6": "skip", "rows:9:9": "skip", "rows:0:19": "rubbish"})
    answers = HistoryImport.objects.get().answers
    assert "rows" not in answers


def test_what_can_not_be_is_said_and_the_rest_is_kept(client: Client, tmp_path: Path) -> None:
    address = bring(client, ANNEX, tmp_path)
    answer = client.post(address, {"rows:0:19": "rubbish", "rows:0:20": "skip"})
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "有 1 处不能采用，其余已保存：请从下拉框中选择。" in html
    assert selects(html)["rows:0:20"] == "skip"


def test_many_questions_are_asked_a_page_at_a_time(client: Client) -> None:
    address = f"{upload(client, unknown(PER_PAGE + 5), '2022H2').url}"
    first = selects(page(client, address))
    assert len(first) == PER_PAGE
    assert "要问的共 65 处" in page(client, address)
    second = selects(page(client, f"{address}?page=2"))
    assert device_key(page(client, address)) != device_key(page(client, f"{address}?page=2"))
    assert len(second) == 5
    assert not first.keys() & second.keys()
    answer = client.post(address, dict.fromkeys(first, "skip"), follow=True)
    assert selects(answer.content.decode()) == second
    assert set(selects(page(client, f"{address}?page=1")).values()) == {"skip"}
    answer = client.post(f"{address}?page=2", dict.fromkeys(second, "skip"))
    assert answer.url == address.removesuffix("rows/")
    assert len(HistoryImport.objects.get().answers["rows"]) == PER_PAGE + 5


def test_a_row_that_is_to_be_settled_otherwise_is_on_the_page_that_opens(client: Client) -> None:
    address = upload(client, unknown(PER_PAGE + 5), "2022H2").url
    html = page(client, f"{address}?row=0:{PER_PAGE + 4}")
    assert f"rows:0:{PER_PAGE + 4}" in selects(html)


def test_the_longest_ledger_that_is_taken_makes_no_heavy_page(client: Client) -> None:
    address = upload(client, unknown(MOST["rows"] - 1), "2022H2").url
    assert len(client.get(address).content) < 500_000
    refused = upload(client, unknown(MOST["rows"]), "2022H2")
    assert refused.status_code == 400
    assert f"最多 {MOST['rows']} 行" in refused.content.decode()


def test_names_that_nobody_bears_are_asked(client: Client, tmp_path: Path) -> None:
    address = bring(client, FLAT, tmp_path)
    html = page(client, address)
    assert "区发改委" in html
    assert "像是“区发展改革委”" in html
    after = client.post(address, {**dict.fromkeys(selects(html), ""), "accept": "1"})
    assert "确认导入 53 项" in page(client, after.url)
