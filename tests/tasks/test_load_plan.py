"""Loading a plan file: idempotent, nothing lost, and what an admin keeps is left alone."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from pytest_django import DjangoAssertNumQueries

from departments.models import Department, DepartmentAlias
from tasks.actions.load_plan import LoadResult, load_plan
from tasks.models import (
    Assignment,
    Indicator,
    Plan,
    PlanIssuer,
    PlanReceiver,
    Section,
    Target,
    Task,
    WorkItem,
)
from tasks.planfile import PlanFileError, read_plan_file
from tasks.signals import assignments_changed
from tests.cast import person
from tests.tasks.planfiles import REAL, amended, amended_text, without_row

TODAY = datetime.date(2027, 3, 1)
LEAD_31_2 = '"牵头单位" = "团区委"'


def load(path: Path = REAL) -> LoadResult:
    return load_plan(data=read_plan_file(path), today=TODAY)


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of the two apps, history included."""
    tables: list[type[models.Model]] = [
        *apps.get_app_config("tasks").get_models(),
        *apps.get_app_config("departments").get_models(),
    ]
    return {
        table.__name__: list(table._default_manager.order_by("pk").values()) for table in tables
    }


@contextmanager
def heard() -> Iterator[list[dict[str, Any]]]:
    """What is sent when assignments change."""
    calls: list[dict[str, Any]] = []

    def listen(**sent: Any) -> None:
        calls.append(sent)

    assignments_changed.connect(listen)
    try:
        yield calls
    finally:
        assignments_changed.disconnect(listen)


def part(code: str, department: str, kind: str = "lead") -> Assignment:
    task, row = code.split(".")
    return Assignment.objects.get(
        work_item__task__number=task, work_item__row=row, department__name=department, kind=kind
    )


def test_a_first_load_adds_everything(db: None) -> None:
    order = (Target, Indicator, Assignment, WorkItem, Task, Section)
    for model in (*order, PlanIssuer, PlanReceiver, Plan, DepartmentAlias, Department):
        model.objects.all().delete()  # type: ignore[attr-defined]
    tally = load().tally
    assert tally.added["分工"] == 386
    assert tally.added["工作内容"] == 52
    assert tally.added.total() == 556
    assert not tally.left
    assert Assignment.history.filter(history_type="+").count() >= 386


def test_a_second_load_changes_nothing(plan: Plan) -> None:
    before = everything()
    tally = load().tally
    assert tally.nothing_changed
    assert tally.left.total() == 556
    assert everything() == before


def test_a_second_load_takes_few_queries(
    plan: Plan, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    data = read_plan_file(REAL)
    with django_assert_max_num_queries(20):
        load_plan(data=data, today=TODAY)


def test_a_changed_text_is_changed_and_its_history_kept(plan: Plan, tmp_path: Path) -> None:
    load(amended(tmp_path, ("压减地下水开采量。", "持续压减地下水开采量。")))
    item = WorkItem.objects.get(task__number=15, row=1)
    assert item.text.endswith("持续压减地下水开采量。")
    newest, oldest = item.history.all()
    assert (newest.history_type, oldest.history_type) == ("~", "+")
    assert "持续" not in oldest.text


def test_what_changed_is_said(plan: Plan, tmp_path: Path) -> None:
    tally = load(amended(tmp_path, ("控制地下水开采量", "严控地下水开采量"))).tally
    assert tally.changed == {"目标任务": 1}
    assert tally.notes == [
        "修改目标任务「15 严控地下水开采量」：目标任务「控制地下水开采量」改为「严控地下水开采量」"
    ]


def test_a_row_that_vanishes_is_withdrawn_and_comes_back(plan: Plan, tmp_path: Path) -> None:
    path = amended_text(tmp_path, without_row(REAL.read_text(encoding="utf-8"), "20.3"))
    with heard() as calls:
        tally = load(path).tally
    item = WorkItem.objects.get(task__number=20, row=3)
    assert item.withdrawn_on == TODAY
    assert tally.withdrawn == {"工作内容": 1, "分工": 5}
    assert [str(one) for one in calls[0]["withdrawn"]] == ["20.3 区经济信息委"]
    assert item.assignments.in_force().count() == 0
    assert WorkItem.objects.get(task__number=20, row=4).withdrawn_on is None
    assert load(path).tally.nothing_changed

    with heard() as calls:
        tally = load().tally
    item.refresh_from_db()
    assert item.withdrawn_on is None
    assert tally.restored == {"工作内容": 1, "分工": 5}
    assert [str(one) for one in calls[0]["restored"]] == ["20.3 区经济信息委"]
    assert item.assignments.in_force().count() == 5


def test_a_lead_that_changes_is_withdrawn_and_its_successor_added(
    plan: Plan, tmp_path: Path
) -> None:
    with heard() as calls:
        load(amended(tmp_path, (LEAD_31_2, '"牵头单位" = "区委宣传部"')))
    assert part("31.2", "团区委").withdrawn_on == TODAY
    assert part("31.2", "区委宣传部").withdrawn_on is None
    assert [str(one) for one in calls[0]["withdrawn"]] == ["31.2 团区委"]
    assert calls[0]["restored"] == []


def test_all_or_nothing_is_written(plan: Plan, tmp_path: Path) -> None:
    def refuse(**sent: Any) -> None:
        raise RuntimeError

    before = everything()
    assignments_changed.connect(refuse)
    try:
        with pytest.raises(RuntimeError):
            load(amended(tmp_path, (LEAD_31_2, '"牵头单位" = "区委宣传部"')))
    finally:
        assignments_changed.disconnect(refuse)
    assert everything() == before


def test_only_leads_are_told_to_the_reports(plan: Plan, tmp_path: Path) -> None:
    with heard() as calls:
        load(amended(tmp_path, ('"责任单位" = "区水利局、区教委"', '"责任单位" = "区水利局"')))
    assert part("31.2", "区教委", "responsible").withdrawn_on == TODAY
    assert calls[0]["withdrawn"] == []


def test_office_and_person_in_charge_survive_a_change(plan: Plan, tmp_path: Path) -> None:
    mine = part("31.2", "团区委")
    mine.office, mine.person_in_charge = "青年发展部", person("tqw")
    mine.save()
    load(amended(tmp_path, (LEAD_31_2, '"牵头单位" = "团区委[志愿者]"')))
    mine.refresh_from_db()
    assert (mine.scope, mine.office, str(mine.person_in_charge)) == ("志愿者", "青年发展部", "tqw")


def test_what_an_admin_keeps_is_not_reset(plan: Plan) -> None:
    Plan.objects.update(due_day=20, weekend_rule="next_workday", show_ranking=True)
    town = Department.objects.create(code="tc", name="太白街道", kind="town")
    streets = Department.objects.get(code="jd")
    streets.members.add(town)
    Department.objects.filter(code="jd").update(
        telephone="58220000", needs_approval=False, order=99
    )
    DepartmentAlias.objects.create(department=streets, name="各街道")
    before = everything()
    assert load().tally.nothing_changed
    assert everything() == before


def test_what_the_document_says_is_set_right_again(plan: Plan) -> None:
    Plan.objects.update(title="别的名称")
    Department.objects.filter(code="jd").update(kind="office")
    assert load().tally.changed == {"实施方案": 1, "单位": 1}
    assert Plan.objects.get().title == "万州区节水行动实施方案"


def test_members_named_by_the_file_are_set_for_a_new_collective(plan: Plan, tmp_path: Path) -> None:
    new = '[["单位"]]\n"代码" = "gl"\n"名称" = "各园区"\n"类别" = "集合"\n"成员" = ["区教委"]\n\n'
    path = amended(tmp_path, ("# ── 板块", new + "# ── 板块"))
    load(path)
    collective = Department.objects.get(code="gl")
    assert [body.name for body in collective.members.all()] == ["区教委"]
    collective.members.clear()
    load(path)
    assert not collective.members.exists()


def test_sections_change_places(plan: Plan, tmp_path: Path) -> None:
    first, second, other = "（一）政策制度推动", "（二）市场机制创新", "（零）"
    tally = load(amended(tmp_path, (first, other), (second, first), (other, second))).tally
    titles = [section.title for section in plan.sections.all()]
    assert titles[5:7] == [second, first]
    assert tally.changed["板块"] == 2
    assert Task.objects.get(number=18).section.title == second


def test_a_renamed_section_leaves_no_task_behind(plan: Plan, tmp_path: Path) -> None:
    load(amended(tmp_path, ("（五）科技创新引领", "（五）科技引领")))
    assert Task.objects.get(number=17).section.title == "（五）科技引领"
    assert [section.order for section in plan.sections.all()][:8] == list(range(1, 9))
    assert load().tally.changed


def test_receivers_change_places_with_their_history(plan: Plan, tmp_path: Path) -> None:
    path = amended(tmp_path, ('["区水利局", "区发展改革委"]', '["区发展改革委", "区水利局"]'))
    tally = load(path).tally
    assert [row.department.code for row in plan.receiver_rows.all()] == ["fgw", "slj"]
    assert tally.notes == ["修改汇总单位：区发展改革委、区水利局"]
    assert PlanReceiver.history.filter(history_type="-").count() == 2
    assert load(path).tally.nothing_changed


def test_a_target_changes_and_goes_with_its_history(plan: Plan, tmp_path: Path) -> None:
    of_2035 = '[["指标"."目标值"]]\n"年度" = 2035\n"比较" = "≤"\n"值" = 5.3\n'
    text = REAL.read_text(encoding="utf-8").replace('"值" = 4.84', '"值" = 4.8')
    head, _, tail = text.partition(of_2035)
    path = amended_text(tmp_path, head + tail.partition("\n")[2])
    tally = load(path).tally
    water = Indicator.objects.get(code="total-water")
    assert [str(target.value) for target in water.targets.all()] == ["4.8000"]
    assert (tally.changed["目标值"], tally.withdrawn["目标值"]) == (1, 1)
    assert Target.history.filter(history_type="-", year=2035).exists()


def test_an_indicator_that_vanishes_is_withdrawn_and_comes_back(plan: Plan, tmp_path: Path) -> None:
    head, _, _ = REAL.read_text(encoding="utf-8").rpartition('[["指标"]]\n')
    load(amended_text(tmp_path, head))
    assert Indicator.objects.get(code="efficiency-label").withdrawn_on == TODAY
    assert Indicator.objects.in_force().count() == 20
    assert load().tally.restored == {"指标": 1}


def test_a_department_under_another_code_is_refused(plan: Plan, tmp_path: Path) -> None:
    path = amended(tmp_path, ('"代码" = "xcb"', '"代码" = "qwxcb"'))
    before = everything()
    with pytest.raises(PlanFileError, match="名称或别名「区委宣传部」在系统中属于代码为「xcb」"):
        load(path)
    assert everything() == before


def test_an_alias_that_an_admin_gave_to_another_is_refused(plan: Plan, tmp_path: Path) -> None:
    body = Department.objects.get(code="xcb")
    DepartmentAlias.objects.create(department=body, name="税务局")
    path = amended(tmp_path, ('["万州区税务局"]', '["万州区税务局", "税务局"]'))
    with pytest.raises(PlanFileError, match="第21个单位（区税务局）：名称或别名「税务局」"):
        load(path)


def test_the_number_of_another_plan_is_refused(plan: Plan, tmp_path: Path) -> None:
    path = amended(tmp_path, ('"代码" = "wanzhou-2020-50"', '"代码" = "wanzhou-2021"'))
    with pytest.raises(PlanFileError, match="已是方案「wanzhou-2020-50」的文号"):
        load(path)
    assert Plan.objects.count() == 1


def test_a_second_plan_is_data(plan: Plan, tmp_path: Path) -> None:
    path = amended(
        tmp_path,
        ('"代码" = "wanzhou-2020-50"', '"代码" = "wanzhou-2036"'),
        ('"文号" = "万州水利发〔2020〕50号"', '"文号" = "万州水利发〔2036〕1号"'),
    )
    tally = load(path).tally
    assert Plan.objects.count() == 2
    assert tally.left["单位"] == 27
    assert Assignment.objects.leads().count() == 106
    assert load().tally.nothing_changed
