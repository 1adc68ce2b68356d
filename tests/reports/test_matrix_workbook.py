"""The matrix as a workbook: all half-years, both lights, the same cells as on screen."""

from collections.abc import Callable
from io import BytesIO

import pytest
import time_machine
from django.test import Client
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from departments.models import AuditEvent, User
from tasks.models import Plan, Task
from tests.cast import Cast
from tests.reports.matrix_cases import DUE, at, filing, progress
from tests.reports.matrix_story import Story

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]
URL = "/plans/wanzhou-2020-50/matrix/?format=xlsx"
SHAPES = {"red": "■", "yellow": "▲", "green": "●", "blue": "◆", "grey": "○"}
NOW = at("2027-01-05 10:00")


@pytest.fixture
def story(plan: Plan, cast: Cast, now: time_machine.Traveller) -> Story:
    told = Story(plan, cast, now)
    told.until(NOW)
    return told


def workbook(client: Client, query: str = "") -> Workbook:
    answer = client.get(f"{URL}{query}")
    assert answer.status_code == 200
    assert "filename*=utf-8''" in answer["Content-Disposition"]
    return load_workbook(BytesIO(answer.content))


def rows(sheet: Worksheet) -> list[list[str]]:
    """What stands below the headings."""
    return [
        [str(value or "") for value in row] for row in sheet.iter_rows(min_row=3, values_only=True)
    ]


def shaped(said: str) -> str:
    """``red 逾期`` as a reader without colours sees it."""
    hue, _, word = said.partition(" ")
    return f"{SHAPES[hue]} {word}" if said else ""


def test_every_half_year_is_in_it_with_shape_and_word(
    story: Story, cast: Cast, login: Login
) -> None:
    book = workbook(login(cast.auditor))
    assert book.sheetnames == ["按事项·报送", "按事项·推进", "按单位·报送", "按单位·推进"]
    for name, plainly in (("按事项·报送", filing), ("按事项·推进", progress)):
        sheet = book[name]
        headings = [cell.value for cell in sheet[2]]
        assert headings[:5] == ["板块", "编号", "目标任务", "牵头单位", "2020年上半年"]
        assert (len(headings), headings[-1]) == (4 + 14, "2026年下半年")
        found = rows(sheet)
        assert len(found) == 53
        for row in found:
            department = {"区城管局": "cgj", "区水利局": "slj", "区发展改革委": "fgw"}
            code = department.get(row[3].split("[")[0], "other")
            expected = [shaped(plainly(row[1], code, half, NOW)) for half in DUE]
            assert row[-3:] == expected, row
            assert set(row[4:-3]) == {""}


def test_departments_have_their_worst_light_and_the_numbers(
    story: Story, cast: Cast, login: Login
) -> None:
    sheet = workbook(login(cast.auditor))["按单位·报送"]
    found = {row[3]: row[-3:] for row in rows(sheet)}
    assert len(found) == 15
    assert found["区城管局"] == ["■ 逾期 7/8", "■ 逾期 3/9", "◆ 未填 0/9"]


def test_a_department_gets_its_own_rows_and_the_filters_hold(
    story: Story, cast: Cast, login: Login
) -> None:
    book = workbook(login(cast.cgj_reporter), "&section=4")
    assert [row[1] for row in rows(book["按事项·报送"])] == ["11.1", "12.1", "13.1", "14.1"]
    assert [row[3] for row in rows(book["按单位·报送"])] == ["区城管局"]


def test_a_title_that_looks_like_a_formula_stays_text(
    story: Story, cast: Cast, login: Login
) -> None:
    Task.objects.filter(number=12).update(title="=1+1")
    sheet = workbook(login(cast.auditor))["按事项·报送"]
    (cell,) = [row[2] for row in sheet.iter_rows(min_row=3) if row[1].value == "12.1"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_it_prints_on_a3_with_its_heads_repeated(story: Story, cast: Cast, login: Login) -> None:
    for sheet in workbook(login(cast.auditor)).worksheets:
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (8, "landscape")
        assert sheet.print_title_rows == "$2:$2"
        assert sheet.print_title_cols == "$A:$D"
        assert sheet.freeze_panes == "E3"


def test_the_download_is_recorded(story: Story, cast: Cast, login: Login) -> None:
    workbook(login(cast.cgj_reporter))
    event = AuditEvent.objects.get(action="导出历期一览")
    assert (event.user, event.subject) == (cast.cgj_reporter, "wanzhou-2020-50")


def test_who_may_not_see_it_may_not_take_it_along(story: Story, cast: Cast, login: Login) -> None:
    assert login(cast.outsider).get(URL).status_code == 403
