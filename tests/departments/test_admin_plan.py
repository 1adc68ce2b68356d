"""管理后台: the plan's settings, 分工 and 工作日调整."""

from typing import Any

import pytest
from django.test import Client

from reports.models import WorkingDay
from tasks.models import Assignment, Plan, WorkItem
from tests.cast import Cast
from tests.departments.admin_steps import (
    _clock,
    changes,
    client,
)

__all__ = ["_clock", "client"]


def change_plan(client: Client, plan: Plan, **changes: Any) -> Any:
    counts = {f"{rows}-{end}": 0 for rows in ("issuer_rows", "receiver_rows")
              for end in ("TOTAL_FORMS", "INITIAL_FORMS")}  # fmt: skip
    settings = {"due_day": 15, "weekend_rule": "stands", "return_working_days": 5,
                "first_period": "2020H1", "last_period": "2035H2"}  # fmt: skip
    return client.post(f"/admin/tasks/plan/{plan.pk}/change/", counts | settings | changes)


def test_the_plans_own_facts_are_read_and_its_settings_changed(client: Client, plan: Plan) -> None:
    title = plan.title
    assert change_plan(client, plan, title="另一个", due_day=20).status_code == 302
    plan.refresh_from_db()
    assert (plan.due_day, plan.title) == (20, title)
    assert "15 → 20" in client.get(f"/admin/tasks/plan/{plan.pk}/history/").content.decode()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"due_day": 30}, "截止日应在 1 到 28 日之间"),
        ({"first_period": "2036H1"}, "最后报告期不得早于首个报告期"),
        ({"last_period": "2035年下"}, "请写成 2026H1"),
    ],
)
def test_settings_that_make_no_sense_are_refused(
    client: Client, plan: Plan, changed: dict[str, Any], said: str
) -> None:
    answer = change_plan(client, plan, **changed)
    assert answer.status_code == 200
    assert said in answer.content.decode()


def test_an_assignments_office_and_person_are_the_departments_own(
    client: Client, cast: Cast
) -> None:
    row = Assignment.objects.filter(department__code="cgj").first()
    assert row is not None
    page = f"/admin/tasks/assignment/{row.pk}/change/"
    offered = client.get(page).content.decode()
    assert "cgj reporter" in offered
    assert "zjw reporter" not in offered
    data = {"office": "供水科", "person_in_charge": cast.cgj_reporter.pk, "kind": "responsible"}
    assert client.post(page, data).status_code == 302
    kind = row.kind
    row.refresh_from_db()
    assert (row.office, row.person_in_charge, row.kind) == ("供水科", cast.cgj_reporter, kind)
    data["person_in_charge"] = cast.zjw_reporter.pk
    assert client.post(page, data).status_code == 200


def test_the_texts_of_the_plan_are_not_changed_here(client: Client, plan: Plan) -> None:
    item = WorkItem.objects.first()
    assert item is not None
    assert client.post(f"/admin/tasks/workitem/{item.pk}/change/", {"text": "x"}).status_code == 403
    assert client.get("/admin/tasks/task/add/").status_code == 403


def test_a_make_up_workday_is_entered_and_recorded(client: Client) -> None:
    data = {"day": "2027-02-07", "is_workday": "on", "note": "春节调休"}
    assert client.post("/admin/reports/workingday/add/", data).status_code == 302
    assert WorkingDay.objects.get().is_workday
    assert changes() == ["新增工作日 2027-02-07 上班"]
