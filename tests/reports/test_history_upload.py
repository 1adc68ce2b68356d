"""The page that takes a history ledger: what it refuses, and says why."""

import html as html_lib
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from reports.actions.workbook_sweep import work_on_imports
from reports.models import HistoryImport, ReportingPeriod
from tests.reports.history_reading import content_of
from tests.reports.history_steps import (
    ANNEX,
    client,
    media,
    page,
    upload,
)
from tests.workbooks import FILE_DEFECTS, empty_file, plain, spoilt

__all__ = ["client", "media"]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("台账.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "另存为 .xlsx"),
        ("台账.xlsx", b"", "是空的"),
        ("台账.xlsx", b"<html></html>", "台账.xlsx"),
    ],
)
def test_a_file_that_can_not_be_taken_is_refused_at_its_field(
    client: Client, name: str, content: bytes, sentence: str
) -> None:
    answer = upload(client, content, "2022H2", name)
    assert answer.status_code in {400, 422}
    html = answer.content.decode()
    assert sentence in html
    assert '<option value="2022H2" selected' in html
    assert not HistoryImport.objects.exists()


NOT_EMPTY = [(defect, words) for defect, words in FILE_DEFECTS.items() if defect != empty_file]


@pytest.mark.once
@pytest.mark.parametrize(
    ("defect", "words"), NOT_EMPTY, ids=[defect.__name__ for defect, _ in NOT_EMPTY]
)
def test_every_file_that_the_reader_refuses_is_refused_here(
    client: Client, defect: Callable[[bytes], bytes], words: str
) -> None:
    answer = upload(client, spoilt(defect), "2022H2")
    if answer.status_code == 302:  # a large one
        work_on_imports()
        answer = client.get(answer.url)
    else:
        assert answer.status_code in {400, 422}
    assert words in html_lib.unescape(answer.content.decode())
    assert not HistoryImport.objects.exclude(state="refused").exists()
    assert not ReportingPeriod.objects.exists()


def test_a_workbook_of_something_else_asks_and_writes_nothing(client: Client) -> None:
    address = upload(client, plain(), "2022H2").url
    assert address.endswith("/columns/")
    assert "没有找到表头" in page(client, address)


@pytest.mark.parametrize("code", ["", "2026H2", "2019H1", "x"])
def test_only_past_half_years_can_be_chosen(client: Client, tmp_path: Path, code: str) -> None:
    content, _ = content_of(ANNEX, tmp_path)
    assert upload(client, content, code).status_code == 422
