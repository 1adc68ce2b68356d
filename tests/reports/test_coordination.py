"""协调台账: who answers, by when, what came of it, and the trace of every change."""

import datetime
from typing import Any

import pytest
import time_machine

from departments.errors import Conflict, DomainError, NotAllowed
from departments.models import User
from reports.actions.coordination import (
    change_coordination,
)
from reports.actions.periods import close_period
from reports.actions.review import return_report
from reports.models import Coordination, CoordinationEvent, Report, ReportingPeriod
from reports.selectors.coordination import KINDS, board_of, matters_of
from tests.cast import Cast, report_of
from tests.reports.matters import ASKED, DUE, body, handling, opened
from tests.reports.steps import filed, submitted

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2027, 1, 5)


def test_it_keeps_who_answers_by_when_and_leaves_a_trace(asking: Report, cast: Cast) -> None:
    made = opened(asking, cast.slj_coordinator, matter="改造资金 300 万元")
    assert (made.answered_by, made.due_on, made.state) == ("区财政局", DUE, "running")
    assert made.filing == asking.filed_event
    event = made.events.get()
    assert (event.by, event.by_department.code, event.before) == (cast.slj_coordinator, "slj", {})
    assert event.after["答复单位"] == "区财政局"
    asking.refresh_from_db()
    assert asking.filed_content["coordination"] == ASKED, "what was filed is a fact"


def test_a_change_leaves_who_when_before_and_after(
    asking: Report, cast: Cast, now: time_machine.Traveller
) -> None:
    made = opened(asking, cast.slj_coordinator)
    now.shift(3600)
    done = change_coordination(
        coordination=made, by=cast.fgw_coordinator, version=made.version,
        handling=handling(state="resolved", outcome="已列入 2027 年预算。"),
    )  # fmt: skip
    first, second = done.events.all()
    assert (second.by_name, second.by_department.code) == ("fgw coordinator", "fgw")
    assert second.at - first.at == datetime.timedelta(hours=1)
    assert second.before == first.after
    assert (second.after["办理状态"], second.after["办理结果"]) == (
        "已解决",
        "已列入 2027 年预算。",
    )
    with pytest.raises(TypeError):
        second.delete()
    with pytest.raises(TypeError):
        second.save()


def test_what_did_not_change_leaves_no_trace_and_twice_is_once(asking: Report, cast: Cast) -> None:
    made = opened(asking, cast.slj_coordinator)
    assert opened(asking, cast.slj_coordinator) == made
    change_coordination(coordination=made, by=cast.slj_coordinator, handling=handling())
    made.refresh_from_db()
    assert (made.version, CoordinationEvent.objects.count()) == (1, 1)


def test_the_slower_of_two_is_told(asking: Report, cast: Cast) -> None:
    made = opened(asking, cast.slj_coordinator)
    change_coordination(
        coordination=made, by=cast.fgw_coordinator, version=1,
        handling=handling(due_on=datetime.date(2027, 3, 1)),
    )  # fmt: skip
    with pytest.raises(Conflict, match="刚被他人修改"):
        change_coordination(
            coordination=made, by=cast.slj_coordinator, version=1, handling=handling(matter="资金")
        )
    made.refresh_from_db()
    assert (made.due_on, made.matter) == (datetime.date(2027, 3, 1), "")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"answerer": None}, "请选择答复单位"),
        ({"other_answerer": "市水利局"}, "只能有一个"),
        ({"due_on": None}, "请选择答复期限"),
        ({"state": "resolved"}, "请写明办理结果"),
        ({"state": "dropped", "outcome": "\u200b"}, "请写明办理结果"),
        ({"matter": "字" * 501}, "「协调事项」有 501 字，最多 500 字"),
        ({"state": "partly", "outcome": "字" * 2001}, "「办理结果」有 2001 字"),
    ],
)
def test_what_is_missing_or_too_long_is_said(
    asking: Report, cast: Cast, given: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(DomainError, match=sentence):
        opened(asking, cast.slj_coordinator, **given)
    assert not Coordination.objects.exists()


def test_a_body_outside_the_system_can_answer(asking: Report, cast: Cast) -> None:
    made = opened(asking, cast.slj_coordinator, answerer=None, other_answerer="市水利局")
    assert made.answered_by == "市水利局"


@pytest.mark.parametrize(
    "name", ["cgj_reporter", "cgj_approver", "slj_reporter", "admin", "auditor"]
)
def test_only_the_receivers_coordinators_keep_it(asking: Report, cast: Cast, name: str) -> None:
    made = opened(asking, cast.slj_coordinator)
    with pytest.raises(NotAllowed, match="由汇总单位的汇总员办理"):
        opened(asking, getattr(cast, name), matter="资金")
    with pytest.raises(NotAllowed):
        change_coordination(coordination=made, by=getattr(cast, name), handling=handling())


def test_nothing_that_was_not_filed_can_be_answered(period: ReportingPeriod, cast: Cast) -> None:
    for report in (
        submitted(report_of(period, "14.1"), cast.cgj_reporter, coordination=ASKED),
        filed(report_of(period, "11.1"), cast),
    ):
        with pytest.raises(Conflict, match="没有需协调解决事项"):
            opened(report, cast.slj_coordinator)


def test_it_outlasts_the_half_year(asking: Report, period: ReportingPeriod, cast: Cast) -> None:
    close_period(period=period)
    asking.refresh_from_db()
    made = opened(Report.objects.get(pk=asking.pk), cast.slj_coordinator)
    change_coordination(
        coordination=made, by=cast.slj_coordinator,
        handling=handling(state="unresolved", outcome="本年预算已定。"),
    )  # fmt: skip
    assert made.events.count() == 2


def counts(period: ReportingPeriod, user: User, today: datetime.date = TODAY) -> dict[str, int]:
    board = board_of(matters_of(period, user, today))
    return {kind.key: number for kind, number in board.counts}


def test_every_number_against_plain_counting(period: ReportingPeriod, cast: Cast) -> None:
    """Five matters: none named; running; one of two late; settled in two ways; dropped again."""
    codes = ("11.1", "12.1", "13.1", "14.1", "20.4")
    reports = [filed(report_of(period, code), cast, coordination=code) for code in codes]
    filed(report_of(period, "20.5"), cast)
    by = cast.slj_coordinator
    opened(reports[1], by)
    opened(reports[2], by, due_on=datetime.date(2027, 1, 4))
    opened(reports[2], by, answerer=body("gzj"))
    opened(reports[3], by, state="resolved", outcome="好")
    opened(reports[3], by, answerer=body("gzj"), state="unresolved", outcome="不行")
    opened(reports[4], by, state="dropped", outcome="写错了")
    expected = {"all": 5, "unassigned": 2, "running": 2, "overdue": 1, "settled": 1}
    assert counts(period, by) == counts(period, cast.auditor) == expected
    late = datetime.date(2027, 2, 2)
    assert counts(period, by, late) == {**expected, "overdue": 2}
    assert set(expected) == set(KINDS)
    opened_first = [one.asked for one in board_of(matters_of(period, by, TODAY)).open]
    assert opened_first == ["13.1", "11.1", "20.4", "12.1"]


def test_a_department_sees_its_own_and_nobody_elses(
    asking: Report, period: ReportingPeriod, cast: Cast
) -> None:
    made = opened(asking, cast.slj_coordinator)
    for name in ("cgj_reporter", "cgj_approver", "slj_coordinator", "fgw_coordinator", "auditor"):
        user = getattr(cast, name)
        assert counts(period, user)["all"] == 1, name
        assert made in Coordination.objects.visible_to(user), name
    for name in ("zjw_reporter", "swj_reporter", "admin", "outsider"):
        user = getattr(cast, name)
        assert made not in Coordination.objects.visible_to(user), name
        assert not matters_of(period, user, TODAY), name


def test_a_draft_leaks_nothing_and_a_return_shows_what_was_filed(
    asking: Report, period: ReportingPeriod, cast: Cast
) -> None:
    submitted(report_of(period, "14.1"), cast.cgj_reporter, coordination="未报送的秘密")
    opened(asking, cast.slj_coordinator)
    return_report(report=asking, by=cast.slj_coordinator, comment="请补充。")
    submitted(report_of(period, "12.1"), cast.cgj_reporter, coordination="改过的，还没有报送")
    (matter,) = matters_of(period, cast.slj_coordinator, TODAY)
    assert (matter.asked, matter.changed) == (ASKED, False)
    (own,) = matters_of(period, cast.cgj_reporter, TODAY)
    assert own.asked == ASKED


def test_a_text_that_was_filed_anew_keeps_what_was_handled(
    asking: Report, period: ReportingPeriod, cast: Cast
) -> None:
    opened(asking, cast.slj_coordinator)
    return_report(report=asking, by=cast.slj_coordinator, comment="请补充。")
    filed(report_of(period, "12.1"), cast, coordination="只缺资金 200 万元。")
    (matter,) = matters_of(period, cast.slj_coordinator, TODAY)
    assert (matter.asked, matter.changed, len(matter.lines)) == ("只缺资金 200 万元。", True, 1)
    again = report_of(period, "12.1")
    return_report(report=again, by=cast.slj_coordinator, comment="请再核。")
    filed(report_of(period, "12.1"), cast, coordination="")
    (matter,) = matters_of(period, cast.slj_coordinator, TODAY)
    assert (matter.asked, len(matter.lines)) == ("", 1)
