"""An admin imports an old ledger from the home page to the result, and meets no closed door."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from departments.models import User
from reports.models import HistoryImport, Report, ReportingPeriod
from tasks.models import Plan
from tests.cast import Cast
from tests.reports.history_steps import bring, page, selects
from tests.reports.history_styles import STYLES

pytestmark = pytest.mark.django_db
ANNEX, EASY = STYLES[1], STYLES[5]
Login = Callable[[User], Client]


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def client(period: ReportingPeriod, cast: Cast, login: Login) -> Client:
    return login(cast.admin)


def look(client: Client, address: str) -> str:
    """The page below its navigation, once every link on it has led somewhere; of links that differ
    in their numbers alone, one."""
    html = page(client, address).split("<main")[1]
    links = re.findall(r'<a [^>]*href="(/[^"#]*|\?[^"#]*)', html)
    for link in {re.sub(r"[0-9]+", "0", link): link for link in links}.values():
        target = f"{address}{link}" if link.startswith("?") else link
        assert client.get(target, follow=True).status_code == 200, (address, link)
    return html


def take_what_is_proposed(client: Client, address: str) -> str:
    """Take what is proposed, and leave out the rows of which nothing is. Returns the way on."""
    chosen = selects(look(client, address))
    said = {name: value or ("skip" if "rows:" in name else "") for name, value in chosen.items()}
    return str(client.post(address, {**said, "accept": "1"}).url)


def test_from_the_home_page_to_the_result_every_link_leads_somewhere(
    client: Client, tmp_path: Path
) -> None:
    assert '/history/">历史导入</a>' in look(client, "/")
    look(client, "/plans/wanzhou-2020-50/history/")
    rows = bring(client, ANNEX, tmp_path)
    assert rows.endswith("/rows/")
    look(client, rows.replace("rows/", "columns/"))
    preview = take_what_is_proposed(client, rows)
    token = re.search(r'name="token" value="(\w+)"', look(client, preview))
    assert token
    done = client.post(f"{preview}confirm/", {"token": token[1]})
    html = look(client, done.url)
    assert "已导入" in html
    assert "总览</a>" not in html
    look(client, "/plans/wanzhou-2020-50/history/")
    assert Report.objects.filter(imported=True).exists()


def test_it_comes_into_a_half_year_that_is_closed(
    client: Client, plan: Plan, tmp_path: Path
) -> None:
    preview = bring(client, EASY, tmp_path)
    token = re.search(r'name="token" value="(\w+)"', page(client, preview))
    assert token
    client.post(f"{preview}confirm/", {"token": token[1]})
    half = EASY.half_year
    assert ReportingPeriod.objects.get(year=half.year, half=half.half).is_closed
    assert HistoryImport.objects.get().state == "done"


def test_the_original_is_found_by_its_admin_and_leads_to_its_import(
    client: Client, tmp_path: Path
) -> None:
    preview = bring(client, EASY, tmp_path)
    token = re.search(r'name="token" value="(\w+)"', page(client, preview))
    assert token
    client.post(f"{preview}confirm/", {"token": token[1]})
    html = look(client, "/search/?q=金山另存")
    assert "历史导入原件" in html
    assert preview in html
    assert "/reports/" not in page(client, "/search/?q=下属各单位均已落实")


def test_a_coordinator_has_no_way_in(period: ReportingPeriod, cast: Cast, login: Login) -> None:
    client = login(cast.slj_coordinator)
    for address in ("/", "/plans/wanzhou-2020-50/periods/"):
        assert ">历史导入</a>" not in page(client, address)
