"""The commands about periods."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from reports.models import PeriodEvent, ReportingPeriod
from tasks.models import Plan
from tests.reports.second_plan import another_plan, open_half

pytestmark = pytest.mark.django_db


def run(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def test_openperiod_says_what_is_owed_and_until_when(plan: Plan) -> None:
    said = run("openperiod", "2026H2")
    assert "已开放2026年下半年：应报 53 项，截止 2027年1月15日（星期五）24时。" in said
    assert ReportingPeriod.objects.get().code == "2026H2"


def test_openperiod_twice_changes_nothing(plan: Plan) -> None:
    run("openperiod", "2026H2")
    assert "此前已开放" in run("openperiod", "2026H2")
    assert PeriodEvent.objects.count() == 1


def test_openperiod_does_not_reopen_what_is_closed(plan: Plan) -> None:
    run("openperiod", "2026H2")
    run("closeperiod", "2026H2")
    assert "现已关闭" in run("openperiod", "2026H2")
    assert ReportingPeriod.objects.get().is_closed


def test_closeperiod_says_what_is_left_and_is_idempotent(plan: Plan) -> None:
    run("openperiod", "2026H2")
    assert "已关闭2026年下半年；仍有 53 项未报。" in run("closeperiod", "2026H2")
    assert "此前已关闭" in run("closeperiod", "2026H2")
    assert PeriodEvent.objects.filter(kind="closed").count() == 1


@pytest.mark.parametrize("code", ["2026H3", "2026h2", "二〇二六", "２０２６H2", ""])
@pytest.mark.parametrize("command", ["openperiod", "closeperiod"])
def test_a_code_that_is_none_is_refused_in_words(plan: Plan, command: str, code: str) -> None:
    with pytest.raises(CommandError, match="不是报告期，应写作 2026H1"):
        run(command, code)


def test_a_half_year_beyond_the_plans_is_refused(plan: Plan) -> None:
    with pytest.raises(CommandError, match="不在方案的报告期之内（2020年上半年至2035年下半年）"):
        run("openperiod", "2036H1")


def test_closing_what_was_never_opened_is_refused(plan: Plan) -> None:
    with pytest.raises(CommandError, match="尚未开放"):
        run("closeperiod", "2026H2")


def test_without_a_plan_it_says_what_to_run(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Plan.objects, "all", Plan.objects.none)
    with pytest.raises(CommandError, match="请先运行 loadplan"):
        run("openperiod", "2026H2")


def test_with_two_plans_it_asks_which(plan: Plan) -> None:
    Plan.objects.create(
        slug="next", title="下一方案", document_number="另文", issued_on="2026-01-01"
    )
    with pytest.raises(CommandError, match="请用 --plan 指明"):
        run("openperiod", "2026H2")
    with pytest.raises(CommandError, match="没有代码为「x」的方案"):
        run("openperiod", "2026H2", "--plan", "x")
    assert "应报 53 项" in run("openperiod", "2026H2", "--plan", plan.slug)


def test_with_two_plans_a_ledger_goes_out_only_for_the_one_that_is_named(
    period: ReportingPeriod, tmp_path: Path
) -> None:
    open_half(another_plan())
    out = str(tmp_path / "台账.xlsx")
    with pytest.raises(CommandError, match="请用 --plan 指明：wanzhou-2020-50、kaizhou-2021"):
        run("exportledger", "2026H2", out)
    assert "台账 1 行" in run("exportledger", "2026H2", out, "--plan", "kaizhou-2021")
    assert "填报表 1 项" in run("exportworkbook", "2026H2", "kz-cgj", out, "--plan", "kaizhou-2021")
