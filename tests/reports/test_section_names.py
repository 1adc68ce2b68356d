"""Each chapter counts its sections from （一） on: none is shown without its chapter."""

import io
import re
from collections.abc import Callable

import pytest
from django.test import Client
from openpyxl import load_workbook

from departments.models import User
from reports.forms.sections import by_chapter
from reports.models import ReportingPeriod
from tasks.models import Section
from tests.cast import Cast
from tests.reports.board import address, page

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]
FIRST, FOURTH, FIFTH = "三、重点行动", "四、深化体制机制改革", "五、保障措施"
FIFTH_ONLY = f'<option value="8">{FIFTH}</option>'


def headings(html: str) -> list[tuple[str, str]]:
    """Level and words of the headings on the wall of lights."""
    wall = html.split('<div class="body wall">')[1].partition('id="part-attention"')[0]
    return re.findall(r"<(h[34])>([^<]+)</h", wall)


def groups(html: str, name: str) -> dict[str, list[str]]:
    """Chapter → its sections, as the select ``name`` offers them."""
    select = html.split(f'<select name="{name}"', 1)[-1].partition("</select>")[0]
    found = re.findall(r'<optgroup label="([^"]+)">(.*?)</optgroup>', select, re.DOTALL)
    return {label: re.findall(r">(（[^<]+)</option>", inside) for label, inside in found}


def test_the_wall_has_a_heading_for_every_chapter(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    found = headings(page(login(cast.slj_coordinator), address(period)))
    assert [words for level, words in found if level == "h3"] == [FIRST, FOURTH, FIFTH]
    assert found[1] == ("h4", "（一）总量强度双控")
    assert found[found.index(("h3", FOURTH)) + 1] == ("h4", "（一）政策制度推动")
    assert found[-1] == ("h3", FIFTH)


def test_two_chapters_may_have_a_section_of_the_same_name(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    Section.objects.filter(title="（一）政策制度推动").update(title="（一）总量强度双控")
    found = headings(page(login(cast.slj_coordinator), address(period)))
    assert found.count(("h4", "（一）总量强度双控")) == 2


@pytest.mark.parametrize("tail", ["periods/2026H2/list/", "matrix/", "tasks/"])
def test_a_filter_offers_the_sections_under_their_chapters(
    period: ReportingPeriod, cast: Cast, login: Login, tail: str
) -> None:
    html = page(login(cast.slj_coordinator), f"/plans/{period.plan.slug}/{tail}")
    found = groups(html, "section")
    assert list(found) == [FIRST, FOURTH]
    assert found[FOURTH] == ["（一）政策制度推动", "（二）市场机制创新"]
    assert FIFTH_ONLY in html


def test_so_does_the_review_queue(period: ReportingPeriod, cast: Cast, login: Login) -> None:
    html = page(login(cast.slj_coordinator), "/review/")
    assert [f'<optgroup label="{name}">' in html for name in (FIRST, FOURTH, FIFTH)] == [True] * 3


def test_the_list_of_a_section_names_its_chapter(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    html = page(login(cast.slj_coordinator), address(period, "list/?section=6&status=owed"))
    assert f"{FOURTH}（一）政策制度推动 · 未报</h1>" in html
    assert html.count('<tr id="report-') == 10


def test_the_matrix_and_its_workbook_name_the_chapter(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    client, where = login(cast.slj_coordinator), f"/plans/{period.plan.slug}/matrix/"
    html = page(client, where)
    assert f"<span>{FIRST}（一）总量强度双控</span>" in html
    assert f"<span>{FIFTH}</span>" in html
    book = load_workbook(io.BytesIO(client.get(f"{where}?format=xlsx").content))
    names = {row[0].value for row in book.worksheets[0].iter_rows(min_row=3)}
    assert f"{FOURTH}（一）政策制度推动" in names


def test_only_a_section_that_is_all_of_its_chapter_stands_without_a_group() -> None:
    rows = [("1", FIRST, "（一）总量"), ("2", FIFTH, "保障措施")]
    assert by_chapter(rows) == [(FIRST, [("1", "（一）总量")]), ("2", FIFTH)]
