"""``loadplan`` prints what the plan holds and what it did, or why it did nothing."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tasks.models import Plan, WorkItem
from tests.tasks.planfiles import REAL, amended, amended_text, without_row


def loadplan(*args: str) -> list[str]:
    out = StringIO()
    call_command("loadplan", *args, stdout=out)
    return out.getvalue().splitlines()


def test_it_prints_the_sums_and_that_nothing_changed(plan: Plan) -> None:
    first, second, third = loadplan()
    assert first == "31 tasks, 52 work items, 53 lead assignments"
    assert second == "内容与文件一致，没有改动"
    assert third.startswith("未变 556 条（单位27、")


def test_it_prints_each_change(plan: Plan, tmp_path: Path) -> None:
    path = amended(tmp_path, ('"牵头单位" = "团区委"', '"牵头单位" = "区委宣传部"'))
    lines = loadplan(str(path))
    assert "撤销分工「31.2 团区委」" in lines
    assert any(line.startswith("修改工作内容「31.2 提升节水意识」") for line in lines)
    assert "新增 1 条（分工1）" in lines


def test_a_withdrawn_row_no_longer_counts(plan: Plan, tmp_path: Path) -> None:
    path = amended_text(tmp_path, without_row(REAL.read_text(encoding="utf-8"), "20.3"))
    assert loadplan(str(path))[0] == "31 tasks, 51 work items, 52 lead assignments"


def test_a_refused_file_writes_nothing(plan: Plan, tmp_path: Path) -> None:
    path = amended(
        tmp_path,
        ("压减地下水开采量。", "持续压减地下水开采量。"),
        ('"牵头单位" = "团区委"', '"牵头单位" = ""'),
    )
    with pytest.raises(CommandError, match=f"{path}：任务31第2行：「牵头单位」的值不对"):
        call_command("loadplan", str(path))
    assert not WorkItem.objects.filter(text__contains="持续压减").exists()


def test_a_file_that_is_not_there_is_one_sentence(db: None) -> None:
    with pytest.raises(CommandError, match="打不开"):
        call_command("loadplan", "/nowhere/plan.toml")
