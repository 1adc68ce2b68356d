"""The pages of a history import as tests walk them; a module imports the fixtures by name."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook

from departments.models import User
from tasks.models import Plan
from tests.cast import Cast
from tests.reports.history_reading import content_of
from tests.reports.history_styles import STYLES, Style, saved

ANNEX, FLAT, OTHER, EASY = STYLES[1], STYLES[2], STYLES[4], STYLES[5]
Login = Callable[[User], Client]


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def client(plan: Plan, cast: Cast, login: Login, now: object) -> Client:
    return login(cast.admin)


def upload(client: Client, content: bytes, code: str, name: str = "台账.xlsx") -> Any:
    data = {"half_year": code, "file": SimpleUploadedFile(name, content)}
    return client.post("/plans/wanzhou-2020-50/history/", data)


def bring(client: Client, style: Style, folder: Path) -> str:
    """Upload the style's file; returns where the product leads."""
    content, _ = content_of(style, folder)
    answer = upload(client, content, style.half_year.code, style.file_name)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.url)


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return str(answer.content.decode())


def selects(html: str) -> dict[str, str]:
    """The selects of the page: name → value that is selected, or empty."""
    found = {}
    for name, inner in re.findall(r'<select name="([^"]+)"(.*?)</select>', html, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', inner)
        found[name] = chosen[1] if chosen else ""
    return found


def column(html: str, heading: str) -> str:
    """The field in which the column ``heading`` is told."""
    found = re.search(rf'<select name="([^"]+)"[^>]*aria-label="{re.escape(heading)}"', html)
    assert found
    return found[1]


PROGRESS, MONEY = "本期工作进展情况（截至6月30日）", "完成投资（万元）"


def proposed(html: str) -> dict[str, str]:
    """What is proposed where nothing is said: name → value."""
    found = {}
    for name, inner in re.findall(r'<select name="([^"]+)"(.*?)</select>', html, re.DOTALL):
        best = re.search(r'<option value="([^"]*)" >[^<]*（建议）', inner)
        if best:
            found[name] = best[1]
    return found


def unknown(rows: int) -> bytes:
    """A ledger whose rows name no item that the plan has."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "台账"
    sheet.append(["序号", "工作内容", "推进状态", "进展情况"])
    for number in range(1, rows + 1):
        sheet.append([f"甲{number}", f"别处的工作{number}", "正常推进", f"做了 {number} 件"])
    return saved(book)


def device_key(html: str) -> str:
    """The name under which the device keeps what is typed on the page."""
    found = re.search(r'data-key="([^"]+)"', html)
    assert found
    return found[1]
