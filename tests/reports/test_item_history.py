"""A work item's half-years below one another: both lights, what changed, who may read what."""

import datetime
import re
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client

from departments.models import Department, User
from reports.actions.drafts import save_draft
from reports.actions.review import return_report
from reports.calendar import HalfYear
from reports.models import ReportingPeriod
from reports.selectors.current import RECENT
from reports.selectors.half_years import window_at
from reports.selectors.item_history import ItemHistory, item_history
from tasks.models import Plan, WorkItem
from tests.bench.years import hire_staff, live
from tests.cast import Cast, report_of
from tests.reports.matrix_cases import DUE, at, filing, progress
from tests.reports.matrix_story import Story
from tests.reports.steps import TEXT, filed

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]
URL = "/plans/wanzhou-2020-50/items/12.1/"
BEFORE = "本半年完成管网改造 6.1 公里，累计 14.5 公里。另更换水表 900 只。"
AFTER = "本半年完成管网改造 7.3 公里，累计 21.8 公里。另更换水表 900 只。"


@pytest.fixture
def story(plan: Plan, cast: Cast, now: time_machine.Traveller) -> Story:
    return Story(plan, cast, now)


def history(code: str, user: User, today: datetime.date, to: HalfYear | None = None) -> ItemHistory:
    number, row = code.split(".")
    item = WorkItem.objects.select_related("task__plan").get(task__number=number, row=row)
    where = item.task.plan
    window = window_at(where, list(where.periods.all()[:RECENT]), to.code if to else "")
    assert window is not None
    return item_history(item, window, user, today)


def page(client: Client, url: str = URL, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status
    return answer.content.decode()


def hues(page_: ItemHistory) -> dict[str, list[tuple[str, str]]]:
    """Half-year → the hues of both lights of each of its reports."""
    return {
        year.half_year.code: [
            (told.light.hue, told.progress_light.hue if told.progress_light else "")
            for told in year.told
        ]
        for year in page_.years
    }


@pytest.mark.parametrize("code", ["12.1", "11.1", "2.4", "20.5", "14.1", "13.1", "21.2", "18.1"])
def test_both_lights_are_what_the_facts_say(story: Story, cast: Cast, code: str) -> None:
    lead = "fgw" if code == "18.1" else "cgj"
    for moment in (at("2026-01-16 00:00"), at("2026-07-22 00:00"), at("2027-01-12 10:00")):
        story.until(moment)
        expected = {
            half: [(filing(code, lead, half, moment).split()[0],
                    progress(code, lead, half, moment).split(" ")[0])]
            for half in reversed(DUE)
        }  # fmt: skip
        assert hues(history(code, cast.auditor, moment.date())) == expected, moment


def test_the_newest_half_year_comes_first_and_both_leads_of_8_2_stand_in_it(
    story: Story, cast: Cast
) -> None:
    story.until(at("2026-07-22 00:00"))
    found = history("8.2", cast.auditor, datetime.date(2026, 7, 22))
    assert [year.half_year.code for year in found.years] == ["2026H2", "2026H1", "2025H2"]
    assert [told.lead for told in found.years[1].told] == [
        "区水利局[直接取水企业]",
        "区城管局[自来水供水企业]",
    ]
    assert found.chart is not None
    assert found.chart.words == "区城管局[自来水供水企业]：2026年上半年 60%"


def two_half_years(period: ReportingPeriod, cast: Cast, **second: object) -> None:
    from reports.actions.periods import open_period

    earlier, _ = open_period(plan=period.plan, half_year=HalfYear(2026, 1))
    filed(report_of(earlier, "12.1"), cast, progress=BEFORE, completion=40)
    filed(report_of(period, "12.1"), cast, **{"progress": AFTER, "completion": 60, **second})


def test_what_changed_is_marked_and_what_it_was_stands_beside(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    two_half_years(period, cast, state="behind", problems="缓慢。", next_steps="加快。")
    html = page(login(cast.slj_coordinator))
    newest = html.split('id="2026H2"')[1].split('id="2026H1"')[0]
    assert "与2026年上半年对照" in newest
    assert '<del><span class="sr">删去：</span>6.1</del>' in newest
    assert '<ins><span class="sr">新增：</span>7.3</ins>' in newest
    assert "<b>60%</b>" in newest
    assert "（2026年上半年 40%）" in newest
    assert "（2026年上半年 正常推进）" in newest
    oldest = html.split('id="2026H1"')[1]
    assert BEFORE in oldest
    assert "对照" not in oldest


def test_a_text_that_is_all_new_is_said_to_be_so(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    two_half_years(period, cast, progress="建成智慧平台。")
    html = page(login(cast.slj_coordinator))
    assert '<ins class="text">建成智慧平台。</ins> <span class="muted small">（全文改写）' in html


@pytest.mark.parametrize("text", [BEFORE, BEFORE[:-1] + "！"])
def test_a_text_that_is_said_again_is_flagged(
    period: ReportingPeriod, cast: Cast, login: Login, text: str
) -> None:
    two_half_years(period, cast, progress=text)
    html = page(login(cast.slj_coordinator))
    assert '<strong class="repeated">进展情况与2026年上半年相同</strong>' in html


def test_the_half_year_that_it_is_compared_with_is_named_also_where_one_lies_between(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    from reports.actions.periods import open_period

    earlier, _ = open_period(plan=period.plan, half_year=HalfYear(2025, 2))
    open_period(plan=period.plan, half_year=HalfYear(2026, 1))
    filed(report_of(earlier, "12.1"), cast, progress=BEFORE, completion=40, problems="资金不足。")
    report = filed(report_of(period, "12.1"), cast, progress=BEFORE, completion=60)
    newest = page(login(cast.slj_coordinator)).split('id="2026H2"')[1].split('id="2026H1"')[0]
    for words in (
        "进展情况与2025年下半年相同",
        "（2025年下半年 40%）",
        "（2025年下半年有，本期未写）",
    ):
        assert words in newest
    review = page(login(cast.slj_coordinator), f"/reports/{report.pk}/")
    for words in ("与2025年下半年相同", "（2025年下半年 40%）", "与2025年下半年对照"):
        assert words in review
    assert "上期" not in newest + review


def test_what_was_not_filed_is_not_told(period: ReportingPeriod, cast: Cast, login: Login) -> None:
    report = report_of(period, "12.1")
    save_draft(report=report, by=cast.cgj_reporter, content={"progress": "机密草稿。"}, version=0)
    for user in (cast.cgj_reporter, cast.slj_coordinator, cast.auditor):
        html = page(login(user))
        assert "机密草稿" not in html
        assert "填写中" in html


def test_after_a_return_it_tells_what_was_filed_last(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    report = filed(report_of(period, "12.1"), cast)
    return_report(report=report, by=cast.slj_coordinator, comment="请补充")
    report.refresh_from_db()
    save_draft(
        report=report, by=cast.cgj_reporter, content={"progress": "正在补充。"},
        version=report.version,
    )  # fmt: skip
    for user in (cast.cgj_reporter, cast.slj_coordinator, cast.zjw_reporter):
        html = page(login(user))
        assert str(TEXT["progress"]) in html
        assert "正在补充" not in html


def test_a_department_that_takes_part_reads_what_was_filed_and_a_stranger_nothing(
    story: Story, cast: Cast, login: Login
) -> None:
    story.until(at("2027-01-05 10:00"))
    part = page(login(cast.zjw_reporter))
    assert 'id="2025H2"' in part
    assert 'id="2026H1"' in part
    assert 'id="2026H2"' not in part
    for user in (cast.outsider, cast.admin, cast.swj_reporter):
        assert "没有您可以查看的报送内容" in page(login(user))


def test_thirteen_half_years_a_page_and_the_oldest_still_knows_the_one_before(
    plan: Plan, cast: Cast, login: Login
) -> None:
    newest = HalfYear(2035, 2)
    live(plan, HalfYear(2020, 1).until(newest), hire_staff(plan, "many-"), newest)
    html = page(login(cast.auditor))
    assert len(re.findall(r'<section class="card" id="\d{4}H\d"', html)) == 13
    assert 'href="?to=2029H1"' in html
    assert "与2029年上半年对照" in html
    middle = page(login(cast.auditor), f"{URL}?to=2029H1")
    assert 'id="2029H1"' in middle
    assert 'id="2023H1"' in middle
    assert 'id="2022H2"' not in middle
    assert 'href="?to=2035H2"' in middle


@pytest.mark.parametrize("url", ["/plans/wanzhou-2020-50/items/12.9/", "/plans/none/items/12.1/"])
def test_a_row_that_is_none_is_not_found(plan: Plan, cast: Cast, login: Login, url: str) -> None:
    page(login(cast.auditor), url, status=404)


def test_a_half_year_that_is_none_is_said_in_words(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    assert "不在已有的报告期之内" in page(login(cast.auditor), f"{URL}?to=2031H1", status=400)


def test_before_the_first_half_year_it_says_so(plan: Plan, cast: Cast, login: Login) -> None:
    assert "还没有开放过报告期" in page(login(cast.auditor))


def test_it_leads_to_the_report_and_back_to_the_task(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    report = filed(report_of(period, "12.1"), cast)
    html = page(login(cast.slj_coordinator))
    assert f'href="/reports/{report.pk}/"' in html
    assert 'href="/plans/wanzhou-2020-50/tasks/12/#item1"' in html
    assert Department.objects.get(code="cgj").name in html
