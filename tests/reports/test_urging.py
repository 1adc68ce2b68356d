"""催办: who is told what, how often, and what is kept of each step."""

import datetime

import pytest
import time_machine

from departments.errors import Conflict, DomainError, NotAllowed
from departments.models import Department, Membership, User
from reports.actions.extension_decisions import grant_unasked
from reports.actions.periods import close_period
from reports.actions.urging import Urged, issue_letter, record_call, urge
from reports.models import Delivery, Notice, ReportingPeriod, Urge
from reports.reminders.kinds import Kind
from reports.reminders.worker import drain
from reports.selectors.notices import unread_count
from tests.cast import Cast, report_of
from tests.conftest import NOW
from tests.reports.steps import filed, submitted

pytestmark = pytest.mark.django_db
MINUTE = datetime.timedelta(minutes=1)


def body(code: str) -> Department:
    return Department.objects.get(code=code)


def press(period: ReportingPeriod, by: User, *codes: str, text: str = "") -> Urged:
    return urge(period=period, departments=[body(code) for code in codes], by=by, text=text)


def tell_leader(period: ReportingPeriod, by: User, code: str, text: str = "") -> Urged:
    return urge(
        period=period, departments=[body(code)], by=by, text=text, step=Urge.Step.LEADER
    )  # fmt: skip


def test_reporters_of_each_ticked_department_are_told_at_once(
    period: ReportingPeriod, cast: Cast
) -> None:
    done = press(period, cast.slj_coordinator, "cgj", "zjw", text="区政府下周听汇报。")
    assert [(where.code, count) for where, count in done.sent] == [("cgj", 2), ("zjw", 1)]
    first = Notice.objects.get(user=cast.cgj_reporter)
    assert (first.kind, len(first.lines), first.text) == (Kind.URGE, 9, "区政府下周听汇报。")
    assert first.slot == f"urge-{first.urge_id}"
    assert set(first.deliveries.values_list("state", "not_before")) == {("pending", NOW)}
    assert unread_count(cast.cgj_reporter, NOW) == unread_count(cast.zjw_reporter, NOW) == 1
    assert unread_count(cast.cgj_approver, NOW) == 0
    kept = Urge.objects.get(department__code="cgj")
    assert (kept.by, kept.by_department.code, kept.at) == (cast.slj_coordinator, "slj", NOW)
    assert kept.reports.count() == len(kept.lines) == 9


def test_only_what_is_owed_is_urged_and_each_line_says_where_it_stands(
    period: ReportingPeriod, cast: Cast
) -> None:
    filed(report_of(period, "12.1"), cast)
    submitted(report_of(period, "14.1"), cast.cgj_reporter)
    grant_unasked(
        period=period, department=body("cgj"), by=cast.slj_coordinator, reason="数据未出",
        granted_on=datetime.date(2027, 1, 20), reports=[report_of(period, "20.4")],
    )  # fmt: skip
    press(period, cast.slj_coordinator, "cgj")
    notice = Notice.objects.get(user=cast.cgj_reporter)
    notes = {line["text"].split()[0]: line["note"] for line in notice.lines}
    assert "12.1" not in notes
    assert (notes["14.1"], notes["20.4"], notes["13.1"]) == ("待审签", "1月20日截止", "")
    assert notice.due_on == period.due_on


def test_the_person_in_charge_alone_hears_of_an_item(period: ReportingPeriod, cast: Cast) -> None:
    report = report_of(period, "12.1")
    report.assignment.person_in_charge = cast.cgj_colleague
    report.assignment.save()
    press(period, cast.slj_coordinator, "cgj")
    assert len(Notice.objects.get(user=cast.cgj_reporter).lines) == 8
    assert len(Notice.objects.get(user=cast.cgj_colleague).lines) == 9


def test_within_the_hour_it_is_refused_and_the_wait_is_said(
    period: ReportingPeriod, cast: Cast, now: time_machine.Traveller
) -> None:
    press(period, cast.slj_coordinator, "cgj")
    now.shift(MINUTE * 59)
    with pytest.raises(Conflict, match="10:00 由slj coordinator催办，11:00 后可再次催办"):
        press(period, cast.fgw_coordinator, "cgj")
    done = press(period, cast.fgw_coordinator, "cgj", "zjw")
    assert [where.code for where, _ in done.sent] == ["zjw"]
    assert "11:00 后可再次催办" in done.refused[0]
    now.shift(MINUTE)
    press(period, cast.fgw_coordinator, "cgj")
    assert Notice.objects.filter(user=cast.cgj_reporter).count() == 2


def test_the_minute_that_is_said_is_one_at_which_it_works(
    period: ReportingPeriod, cast: Cast, now: time_machine.Traveller
) -> None:
    now.shift(30)
    press(period, cast.slj_coordinator, "cgj")
    with pytest.raises(Conflict, match="11:01 后"):
        press(period, cast.slj_coordinator, "cgj")
    now.move_to(NOW + MINUTE * 61)
    press(period, cast.slj_coordinator, "cgj")


def test_who_owes_nothing_or_has_nobody_is_passed_over_by_name(
    period: ReportingPeriod, cast: Cast
) -> None:
    Membership.objects.filter(user=cast.zjw_reporter).update(until=datetime.date(2026, 12, 31))
    done = press(period, cast.slj_coordinator, "cgj", "zjw", "swj")
    assert sorted(done.refused) == [
        "区住房城乡建委没有在任的填报员，无人可通知，请电话催办。",
        "区商务委本期已全部报送，无需催办。",
    ]
    assert not Urge.objects.filter(department__code="zjw").exists()
    with pytest.raises(Conflict, match="请电话催办"):
        press(period, cast.slj_coordinator, "zjw")
    with pytest.raises(Conflict, match="至少勾选一个单位"):
        press(period, cast.slj_coordinator)


@pytest.mark.parametrize("name", ["cgj_approver", "slj_reporter", "admin", "auditor", "outsider"])
def test_only_the_receivers_coordinators_urge(
    period: ReportingPeriod, cast: Cast, name: str
) -> None:
    by = getattr(cast, name)
    for act in (
        lambda: press(period, by, "cgj"),
        lambda: tell_leader(period, by, "cgj"),
        lambda: record_call(period=period, department=body("cgj"), by=by, at=NOW,
                            spoke_with="张三", answer="尽快"),
        lambda: issue_letter(period=period, department=body("cgj"), by=by, number="1号"),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            act()


def test_nothing_is_urged_in_a_closed_half_year(period: ReportingPeriod, cast: Cast) -> None:
    close_period(period=period)
    with pytest.raises(Conflict, match="已关闭"):
        press(period, cast.slj_coordinator, "cgj")


def test_the_sentence_is_cleaned_and_not_too_long(period: ReportingPeriod, cast: Cast) -> None:
    with pytest.raises(DomainError, match="有 201 字，最多 200 字"):
        press(period, cast.slj_coordinator, "cgj", text="字" * 201)
    press(period, cast.slj_coordinator, "cgj", text="\u202e 请抓紧。\x07 ")
    assert Notice.objects.get(user=cast.cgj_reporter).text == "请抓紧。"


def test_what_is_filed_before_the_mail_leaves_is_not_urged(
    period: ReportingPeriod, cast: Cast
) -> None:
    press(period, cast.slj_coordinator, "zjw")
    Delivery.objects.update(not_before=NOW + MINUTE)
    period.reports.filter(department__code="zjw").update(status="exempt")
    drain(lambda: NOW + MINUTE)
    assert Delivery.objects.get().reason == "事项已办理或期限已变"


def test_the_approver_is_told_when_a_coordinator_presses(
    period: ReportingPeriod, cast: Cast
) -> None:
    tell_leader(period, cast.slj_coordinator, "cgj", text="两次催办未报。")
    notice = Notice.objects.get()
    assert (notice.user, notice.kind, len(notice.lines)) == (
        cast.cgj_approver, Kind.URGE_LEADER, 9,
    )  # fmt: skip
    press(period, cast.slj_coordinator, "cgj")
    with pytest.raises(Conflict, match="后可再次"):
        tell_leader(period, cast.slj_coordinator, "cgj")


def test_a_call_is_kept_with_who_when_and_the_answer(period: ReportingPeriod, cast: Cast) -> None:
    at = NOW - MINUTE
    for _ in range(2):
        record_call(period=period, department=body("cgj"), by=cast.fgw_coordinator, at=NOW,
                    spoke_with=" 张三 ", answer="周五前报。")  # fmt: skip
    call = Urge.objects.get()
    assert (call.step, call.spoke_with, call.answer) == ("phone", "张三", "周五前报。")
    assert (call.by_department.code, call.reports.count()) == ("fgw", 9)
    assert not Notice.objects.exists()
    for wrong, sentence in (
        ({"spoke_with": " "}, "与谁通话"),
        ({"answer": "\u200b"}, "答复"),
        ({"at": NOW + MINUTE}, "不能晚于现在"),
        ({"at": at - datetime.timedelta(days=400)}, "早于"),
    ):
        facts = {"at": NOW, "spoke_with": "张三", "answer": "好", **wrong}
        with pytest.raises(DomainError, match=sentence):
            record_call(
                period=period, department=body("cgj"), by=cast.fgw_coordinator,
                **facts,  # type: ignore[arg-type]
            )  # fmt: skip


def test_a_call_is_kept_though_they_filed_right_after_it(
    period: ReportingPeriod, cast: Cast, now: time_machine.Traveller
) -> None:
    now.shift(MINUTE * 10)
    filed(report_of(period, "12.1"), cast)
    call = record_call(period=period, department=body("cgj"), by=cast.slj_coordinator,
                       at=NOW + MINUTE, spoke_with="张三", answer="马上报")  # fmt: skip
    assert report_of(period, "12.1") in call.reports.all()


def test_a_letter_keeps_its_number_and_what_it_lists(period: ReportingPeriod, cast: Cast) -> None:
    letter = issue_letter(period=period, department=body("cgj"), by=cast.slj_coordinator,
                          number=" 万州水函〔2027〕5号 ")  # fmt: skip
    assert (letter.step, letter.letter_number) == ("letter", "万州水函〔2027〕5号")
    assert len(letter.lines) == 9
    with pytest.raises(Conflict, match="已经登记过"):
        issue_letter(period=period, department=body("zjw"), by=cast.slj_coordinator,
                     number="万州水函〔2027〕5号")  # fmt: skip
    with pytest.raises(DomainError, match="请填写发文字号"):
        issue_letter(period=period, department=body("zjw"), by=cast.slj_coordinator, number="")


def test_nobody_writes_a_letter_to_the_own_house(period: ReportingPeriod, cast: Cast) -> None:
    with pytest.raises(DomainError, match="由另一汇总单位发函"):
        issue_letter(
            period=period, department=body("slj"), by=cast.slj_coordinator, number="1号"
        )  # fmt: skip
    issue_letter(period=period, department=body("slj"), by=cast.fgw_coordinator, number="1号")


def test_steps_are_seen_by_receivers_auditor_and_the_department(
    period: ReportingPeriod, cast: Cast
) -> None:
    press(period, cast.slj_coordinator, "cgj")
    seers = ("slj_coordinator", "fgw_coordinator", "auditor", "cgj_reporter", "cgj_approver")
    for name in ("zjw_reporter", "swj_reporter", "admin", "outsider", *seers):
        seen = Urge.objects.visible_to(getattr(cast, name)).count()
        assert seen == (name in seers), name
