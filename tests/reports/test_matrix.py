"""The matrix of half-years: each light against a second computation, rights, paging, filters."""

import datetime
import re
from collections.abc import Callable

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from departments.models import User
from reports.actions.periods import publish_result, record_past_period
from reports.calendar import HalfYear
from reports.selectors.half_years import whole
from reports.selectors.matrix import WORDS, By, Cell, Line, Show, Wanted, ground_of, matrix_of
from tasks.models import Assignment, Plan
from tests.cast import Cast, report_of
from tests.reports.matrix_cases import DUE, at, filing, progress
from tests.reports.matrix_story import Story

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]
URL = "/plans/wanzhou-2020-50/matrix/"
MOMENTS = [
    at(moment)
    for moment in (
        "2026-01-09 12:00", "2026-01-14 12:00", "2026-01-15 23:59:59", "2026-01-16 00:00",
        "2026-01-19 23:59:59", "2026-01-20 00:00", "2026-01-25 23:59:59", "2026-01-26 00:00",
        "2026-02-02 00:00", "2026-07-11 12:00", "2026-07-16 00:00", "2026-07-21 12:00",
        "2026-07-22 00:00", "2026-07-26 12:00", "2026-12-21 12:00", "2027-01-05 10:00",
        "2027-01-12 10:00", "2027-01-16 00:00",
    )
]  # fmt: skip


@pytest.fixture
def story(plan: Plan, cast: Cast, now: time_machine.Traveller) -> Story:
    return Story(plan, cast, now)


def lines(user: User, plan: Plan, **wanted: str) -> list[Line]:
    window = whole(plan)
    assert window is not None
    ground = ground_of(user, plan, window)
    today = datetime.datetime.now(tz=at("2026-01-01 00:00").tzinfo).date()
    return matrix_of(ground, Wanted(**wanted), today).lines


def said(cell: Cell) -> str:
    return f"{cell.hue} {cell.word}".strip()


def three(line: Line) -> dict[str, str]:
    """The cells of the story's half-years, the last three of 2020H1 … 2026H2."""
    return dict(zip(DUE, map(said, line.cells[-3:]), strict=True))


def page(client: Client, query: str = "", status: int = 200) -> str:
    answer = client.get(f"{URL}{query}")
    assert answer.status_code == status
    return answer.content.decode()


def test_both_lights_of_every_report_are_what_the_facts_say(
    story: Story, plan: Plan, cast: Cast
) -> None:
    for moment in MOMENTS:
        story.until(moment)
        for show, plainly in ((Show.FILING, filing), (Show.PROGRESS, progress)):
            found = lines(cast.auditor, plan, show=show)
            assert len(found) == 53
            for line in found:
                key = line.lead.code, line.lead.department_code
                expected = {half: plainly(*key, half, moment) for half in DUE}
                assert three(line) == expected, (moment, show, key)


def test_what_the_cases_come_to_by_hand(story: Story, plan: Plan, cast: Cast) -> None:
    story.until(at("2027-01-16 00:00"))
    found = {
        (line.lead.code, line.lead.department_code): list(three(line).values())
        for line in lines(cast.auditor, plan)
    }
    assert found["12.1", "cgj"] == ["green 已审", "yellow 迟报", "red 逾期"]
    assert found["11.1", "cgj"] == ["green 已报", "red 逾期", "red 逾期"]
    assert found["2.4", "cgj"] == ["grey 免报", "red 逾期", "red 逾期"]
    assert found["20.4", "cgj"][0] == "green 已报"
    assert found["20.5", "cgj"][0] == "yellow 迟报"
    assert found["14.1", "cgj"][0] == "green 已报"
    assert found["13.1", "cgj"][0] == "yellow 迟报"
    assert found["21.2", "cgj"][:2] == ["green 已报", "yellow 迟报"]
    assert found["18.1", "fgw"][0] == "green 已审"
    assert (found["8.2", "cgj"][1], found["8.2", "slj"][1]) == ("green 已报", "red 逾期")


def badness(said: str) -> tuple[int, int]:
    """Hue by hue, and within a hue word by word, from what wants looking at to what is done."""
    hue, word = said.split()
    words = ["逾期", "迟报", "退回", "未填", "在填", "待签", "已报", "已审", "免报",
             "严重", "滞后", "未启", "正常", "长期", "完成"]  # fmt: skip
    return ["red", "yellow", "blue", "grey", "green"].index(hue), words.index(word)


def plain_summary(cells: list[str], show: str) -> tuple[str, str]:
    """The department's light and numbers, counted with a pencil."""
    lit = [cell for cell in cells if cell]
    counted = [cell for cell in lit if cell != "grey 免报"]
    if not lit:
        return "", ""
    if not counted:
        return "grey 免报", ""
    worst = min(counted, key=badness)
    if show == Show.PROGRESS:
        return worst, f"{counted.count(worst)}/{len(counted)}"
    there = sum(cell.endswith(("已报", "已审", "迟报")) for cell in counted)
    return worst, f"{there}/{len(counted)}"


@pytest.mark.parametrize("show", Show.values)
def test_a_department_shows_its_worst_light_and_how_many(
    story: Story, plan: Plan, cast: Cast, show: str
) -> None:
    plainly = filing if show == Show.FILING else progress
    keys = [(line.lead.code, line.lead.department_code) for line in lines(cast.auditor, plan)]
    for moment in (at("2026-01-26 00:00"), at("2026-07-22 00:00"), at("2027-01-16 00:00")):
        story.until(moment)
        found = lines(cast.auditor, plan, by=By.DEPARTMENT, show=show)
        assert len(found) == 15
        for line in found:
            own = [key for key in keys if key[1] == line.lead.department_code]
            for half, cell in zip(DUE, line.cells[-3:], strict=True):
                cells = [plainly(*key, half, moment) for key in own]
                got = said(cell), cell.share
                assert got == plain_summary(cells, show), (line.lead.department_code, half)


def test_a_state_finds_its_rows_and_marks_the_cells(story: Story, plan: Plan, cast: Cast) -> None:
    story.until(at("2027-01-05 10:00"))
    late = lines(cast.auditor, plan, state="late")
    assert {line.lead.code for line in late} == {"12.1", "20.5", "13.1", "21.2"}
    assert [cell.hit for cell in late[0].cells[-3:]] == [False, True, False]
    lagging = lines(cast.auditor, plan, state="behind", show="progress")
    assert {line.lead.code for line in lagging} == {"11.1", "18.1"}
    bodies = lines(cast.auditor, plan, state="far_behind", by="departments", show="progress")
    assert [line.lead.department_code for line in bodies] == ["cgj"]


def test_section_and_department_narrow_each_other(story: Story, plan: Plan, cast: Cast) -> None:
    own = lines(cast.auditor, plan, department="cgj")
    assert len(own) == 9
    some = lines(cast.auditor, plan, department="cgj", section="4")
    assert {line.lead.code for line in some} == {"11.1", "12.1", "13.1", "14.1"}
    assert lines(cast.auditor, plan, department="tqw", section="4") == []


def test_what_was_withdrawn_stands_only_where_it_reported(
    story: Story, plan: Plan, cast: Cast
) -> None:
    Assignment.objects.leads().filter(work_item__task__number=12).update(withdrawn_on="2026-06-01")
    assert len(lines(cast.auditor, plan)) == 53
    report_of(story.periods["2026H2"], "30.1").delete()
    for period in story.periods.values():
        period.reports.filter(assignment__work_item__task__number=30).delete()
    Assignment.objects.leads().filter(work_item__task__number=30).update(withdrawn_on="2025-06-01")
    assert len(lines(cast.auditor, plan)) == 52


def test_a_past_half_year_shows_what_the_ledger_did_not_hold_as_not_recorded(
    story: Story, plan: Plan, cast: Cast
) -> None:
    story.until(at("2026-12-21 12:00"))
    record_past_period(plan=plan, half_year=HalfYear(2025, 1), by=cast.admin)
    found = {line.lead.code: said(line.cells[-4]) for line in lines(cast.auditor, plan)}
    assert set(found.values()) == {"grey 无记录"}
    (cgj,) = lines(cast.auditor, plan, by="departments", department="cgj")
    assert (said(cgj.cells[-4]), cgj.cells[-4].share) == ("grey 无记录", "0/9")
    assert lines(cast.auditor, plan, state="overdue")[0].cells[-4].hit is False


def cells_of(html: str) -> list[str]:
    return re.findall(r'<td class="(?:\w+)(?: hit)?">', html)


@pytest.mark.parametrize("name", ["slj_coordinator", "fgw_coordinator", "auditor"])
def test_receivers_and_auditor_see_every_row_and_open_every_cell(
    story: Story, cast: Cast, login: Login, name: str
) -> None:
    html = page(login(getattr(cast, name)))
    assert len(cells_of(html)) == 53 * 13
    assert len(re.findall(r'<a href="/reports/\d+/">', html)) == 53 * 3


def test_a_department_sees_its_own_rows(story: Story, cast: Cast, login: Login) -> None:
    html = page(login(cast.cgj_reporter))
    assert len(cells_of(html)) == 9 * 13
    assert "人行万州中心支行" not in html
    assert '<option value="cgj">区城管局</option>' in html
    assert '<option value="rh">' not in html


def test_what_is_published_is_seen_by_all_and_opens_only_for_whom_it_did_before(
    story: Story, cast: Cast, login: Login
) -> None:
    story.until(at("2026-07-27 12:00"))
    publish_result(period=story.periods["2026H1"], by=cast.slj_coordinator)
    foreign, own = (
        report_of(story.periods["2026H1"], "1.1"),
        report_of(story.periods["2026H1"], "12.1"),
    )
    html = page(login(cast.cgj_reporter))
    assert len(cells_of(html)) == 53 * 13
    assert f"/reports/{own.pk}/" in html
    assert f"/reports/{foreign.pk}/" not in html
    hidden = re.search(r"强化指标刚性约束.*?</tr>", html, re.DOTALL)
    assert hidden
    assert re.findall(r"<td class=\"(\w+)\">", hidden[0])[-3:] == ["none", "red", "none"]
    outsider = page(login(cast.outsider))
    assert len(cells_of(outsider)) == 53 * 13
    assert "/reports/" not in outsider


@pytest.mark.parametrize("name", ["admin", "outsider"])
def test_who_has_no_part_in_it_is_refused(
    story: Story, cast: Cast, login: Login, name: str
) -> None:
    html = page(login(getattr(cast, name)), status=403)
    assert "结果发布后全区可看" in html


def test_who_leads_nothing_has_nothing_to_see_yet(story: Story, cast: Cast, login: Login) -> None:
    assert "没有您可以查看的事项" in page(login(cast.swj_reporter))


def test_drafts_do_not_tell_their_state_of_progress(story: Story, cast: Cast, plan: Plan) -> None:
    story.until(at("2027-01-05 10:00"))
    (line,) = [
        row for row in lines(cast.slj_coordinator, plan, show="progress") if row.lead.code == "11.1"
    ]
    assert list(three(line).values()) == ["yellow 滞后", "", ""]


def test_a_cell_opens_its_report_and_a_column_its_overview(
    story: Story, cast: Cast, login: Login
) -> None:
    client = login(cast.slj_coordinator)
    html, report = page(client), report_of(story.periods["2026H1"], "12.1")
    assert client.get(f"/reports/{report.pk}/").status_code == 200
    assert f'<a href="/reports/{report.pk}/">' in html
    assert 'href="/plans/wanzhou-2020-50/periods/2026H1/"' in html
    assert 'href="/plans/wanzhou-2020-50/periods/2024H1/"' not in html
    bodies = page(client, "?by=departments")
    where = "/plans/wanzhou-2020-50/periods/2026H1/list/?department=cgj"
    assert f'<a href="{where}">' in bodies
    assert client.get(where).content.decode().count('<tr id="report-') == 9


def test_thirteen_half_years_at_a_time(story: Story, cast: Cast, login: Login) -> None:
    client = login(cast.auditor)
    newest = page(client)
    assert "2020年下半年至2026年下半年" in newest
    assert 'href="?to=2020H1"' in newest
    oldest = page(client, "?to=2020H1&by=departments")
    assert "2020年上半年至2026年上半年" in oldest
    assert 'href="?to=2026H2&amp;by=departments"' in oldest


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?to=2026H3", "「2026H3」不是报告期"),
        ("?to=2031H1", "2031年上半年不在已有的报告期之内（2020年上半年至2026年下半年）"),
        ("?to=2019H2", "2019年下半年不在已有的报告期之内"),
        ("?section=99", "「99」不在可选范围内"),
        ("?department=none", "「none」不在可选范围内"),
        ("?state=best", "「best」不在可选范围内"),
        ("?by=colour&format=xlsx", "「colour」不在可选范围内"),
    ],
)
def test_what_does_not_exist_is_said_in_words(
    story: Story, cast: Cast, login: Login, query: str, sentence: str
) -> None:
    assert sentence in page(login(cast.auditor), query, status=400)


def test_before_the_first_half_year_it_says_so(plan: Plan, cast: Cast, login: Login) -> None:
    assert "还没有开放过报告期" in page(login(cast.auditor))
    assert "还没有开放过报告期" in page(login(cast.auditor), "?format=xlsx")


def test_a_state_that_nobody_is_in_is_said(story: Story, cast: Cast, login: Login) -> None:
    assert "没有「严重滞后」的" in page(login(cast.auditor), "?state=far_behind")


def test_a_post_is_refused_and_an_unknown_plan_not_found(
    story: Story, cast: Cast, login: Login
) -> None:
    client = login(cast.auditor)
    assert client.post(URL).status_code == 405
    assert client.get("/plans/none/matrix/").status_code == 404


def test_the_page_on_figures_explains_every_word_of_a_cell() -> None:
    page_ = (settings.BASE_DIR / "docs" / "figures.md").read_text(encoding="utf-8")
    section = page_.split("## 历期一览")[1].split("## 历期进展")[0]
    assert [word for word in WORDS if word not in section] == []
