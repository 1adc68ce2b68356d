"""交接: memberships, items in hand and drafts pass to the one named."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client

from departments.actions.hand_over import Passed, hand_over, missing_spans
from departments.errors import DomainError
from departments.models import AuditEvent, Department, Membership, User
from departments.rights import rights_of
from reports.models import ReportingPeriod
from tasks.models import Assignment
from tests.cast import Cast, report_of

TODAY = datetime.date(2027, 1, 5)
DAY = datetime.timedelta(days=1)
Login = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _clock(now: time_machine.Traveller) -> None:
    """2027-01-05."""


def pass_on(cast: Cast, **changes: Any) -> list[Passed]:
    terms = {"person": cast.cgj_reporter, "successor": cast.outsider, "day": TODAY}
    return hand_over(**{**terms, "by": cast.admin, **changes})


def reporter_of(user: User, day: datetime.date) -> frozenset[int]:
    return rights_of(User.objects.get(pk=user.pk), day).reporter_of


def test_the_role_ends_on_the_day_and_goes_on_with_the_successor(cast: Cast) -> None:
    cgj = frozenset([Department.objects.get(code="cgj").pk])
    passed = pass_on(cast)
    assert passed[0] == Passed("任职", 1)
    assert reporter_of(cast.cgj_reporter, TODAY) == cgj
    assert reporter_of(cast.outsider, TODAY) == frozenset()
    assert reporter_of(cast.cgj_reporter, TODAY + DAY) == frozenset()
    assert reporter_of(cast.outsider, TODAY + DAY) == cgj


def test_every_role_passes_with_its_own_end(cast: Cast) -> None:
    zjw = Department.objects.get(code="zjw")
    until = TODAY + 20 * DAY
    Membership.objects.create(
        user=cast.cgj_reporter, department=zjw, role="approver", since=TODAY - DAY, until=until
    )
    pass_on(cast)
    granted = cast.outsider.memberships.get(department=zjw)
    assert (granted.role, granted.since, granted.until) == ("approver", TODAY + DAY, until)


def test_a_role_the_successor_holds_is_not_given_twice(cast: Cast) -> None:
    pass_on(cast, successor=cast.cgj_colleague)
    assert cast.cgj_colleague.memberships.count() == 1


def test_a_role_that_has_not_begun_changes_hands_and_its_history_stays(cast: Cast) -> None:
    coming = Membership.objects.create(
        user=cast.cgj_reporter,
        department=Department.objects.get(code="zjw"),
        role="reporter",
        since=TODAY + 10 * DAY,
    )
    pass_on(cast)
    assert cast.outsider.memberships.get(department__code="zjw").since == TODAY + 10 * DAY
    assert not cast.cgj_reporter.memberships.filter(department__code="zjw").exists()
    assert Membership.history.filter(id=coming.pk, history_type="-").exists()


def test_items_in_hand_get_the_new_name_and_keep_the_old_one_in_their_history(
    now: time_machine.Traveller, cast: Cast
) -> None:
    item = Assignment.objects.filter(department__code="cgj").first()
    assert item is not None
    item.person_in_charge = cast.cgj_reporter
    item.save()
    now.shift(60)
    assert Passed("经办事项", 1) in pass_on(cast)
    item.refresh_from_db()
    assert item.person_in_charge == cast.outsider
    before = item.history.first().prev_record
    assert before.person_in_charge_id == cast.cgj_reporter.pk


def test_a_draft_hangs_on_the_department_and_is_there_for_the_successor(
    period: ReportingPeriod, cast: Cast, login: Login, now: time_machine.Traveller
) -> None:
    report = report_of(period, "12.1")
    draft = {"version": report.version, "progress": "改造老旧管网 6.1 公里。", "save": "1"}
    saved = login(cast.cgj_reporter).post(f"/reports/{report.pk}/save/", draft)
    assert saved.status_code == 302
    page = f"/reports/{report.pk}/"
    assert login(cast.outsider).get(page).status_code == 404
    pass_on(cast, day=TODAY - DAY)
    assert "改造老旧管网 6.1 公里" in login(cast.outsider).get(page).content.decode()
    assert login(cast.cgj_reporter).get(page).status_code == 404


def test_the_account_is_closed_only_where_asked(cast: Cast) -> None:
    pass_on(cast)
    cast.cgj_reporter.refresh_from_db()
    assert cast.cgj_reporter.is_active
    pass_on(cast, close_account=True)
    cast.cgj_reporter.refresh_from_db()
    assert not cast.cgj_reporter.is_active


def test_it_leaves_a_line_for_each_change_of_rights_and_one_for_the_whole(cast: Cast) -> None:
    pass_on(cast, close_account=True)
    rows = AuditEvent.objects.filter(user=cast.admin).order_by("id")
    actions = [row.action for row in rows]
    assert actions == ["终止任职", "新增任职", "交接", "停用账户"]
    assert "cgj_reporter" in rows[2].subject
    assert "outsider" in rows[2].subject


def test_done_twice_it_changes_nothing_more(cast: Cast) -> None:
    pass_on(cast)
    held = Membership.objects.count()
    assert pass_on(cast)[0].count == 0
    assert Membership.objects.count() == held


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"successor": "cgj_reporter"}, "接替人不能是本人"),
        ({"successor": "admin"}, "不能把他人的权限移交给自己"),
        ({"day": TODAY - 2 * DAY}, "离任日期"),
        ({"day": TODAY + 367 * DAY}, "离任日期"),
        ({"day": TODAY + DAY, "close_account": True}, "届时再停用"),
        ({"person": "admin", "successor": "auditor"}, "管理员与督查员"),
        ({"person": "admin", "close_account": True}, "自己的账户"),
    ],
)
def test_what_the_rules_forbid_changes_nothing(
    cast: Cast, changes: dict[str, Any], said: str
) -> None:
    held = list(Membership.objects.values_list())
    named = {key: getattr(cast, value) if isinstance(value, str) else value
             for key, value in changes.items()}  # fmt: skip
    with pytest.raises(DomainError, match=said):
        pass_on(cast, **named)
    assert list(Membership.objects.values_list()) == held


def test_a_closed_account_takes_nothing_over(cast: Cast) -> None:
    User.objects.filter(pk=cast.outsider.pk).update(is_active=False)
    cast.outsider.refresh_from_db()
    with pytest.raises(DomainError, match="已停用"):
        pass_on(cast)


def test_the_last_admin_who_leaves_names_the_next_one(cast: Cast) -> None:
    pass_on(cast, person=cast.admin)
    assert rights_of(User.objects.get(pk=cast.outsider.pk), TODAY + DAY).is_admin


A, B, C, D = (datetime.date(2027, 1, day) for day in (1, 10, 20, 31))


@pytest.mark.parametrize(
    ("wanted", "held", "missing"),
    [
        ((A, None), [], [(A, None)]),
        ((A, None), [(A, None)], []),
        ((A, D), [(B, C)], [(A, B - DAY), (C + DAY, D)]),
        ((A, None), [(B, C)], [(A, B - DAY), (C + DAY, None)]),
        ((B, C), [(A, D)], []),
        ((B, C), [(A, B)], [(B + DAY, C)]),
        ((B, C), [(A, A)], [(B, C)]),
        ((A, B), [(C, None)], [(A, B)]),
        ((A, None), [(A, B), (B + DAY, C)], [(C + DAY, None)]),
    ],
)
def test_only_days_that_nobody_covers_are_missing(wanted, held, missing) -> None:
    assert missing_spans(wanted, held) == missing


def page_of(user: User) -> str:
    return f"/people/{user.pk}/handover/"


def test_the_page_hands_over_and_returns_to_the_person(cast: Cast, login: Login) -> None:
    client, page = login(cast.admin), page_of(cast.cgj_reporter)
    assert "区城管局 · 填报员" in client.get(page).content.decode()
    answer = client.post(page, {"successor": cast.outsider.pk, "day": "2027-01-05"}, follow=True)
    assert answer.redirect_chain[0][0] == f"/admin/departments/user/{cast.cgj_reporter.pk}/change/"
    assert "交接已办理：任职 1 项、经办事项 0 项" in answer.content.decode()


@pytest.mark.parametrize(
    ("successor", "day"), [("", "2027-01-05"), ("999999", "2027-01-05"), ("ok", "2027-13-40"),
                           ("ok", "2026-12-01"), ("admin", "2027-01-05")],
)  # fmt: skip
def test_bad_input_gets_a_sentence_and_stays(
    cast: Cast, login: Login, successor: str, day: str
) -> None:
    known = {"ok": cast.outsider.pk, "admin": cast.admin.pk}
    data = {"successor": known.get(successor, successor), "day": day}
    answer = login(cast.admin).post(page_of(cast.cgj_reporter), data)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert day in page
    assert "error" in page


def test_the_page_is_the_admins_alone(cast: Cast, login: Login) -> None:
    for user in (cast.cgj_reporter, cast.slj_coordinator, cast.auditor, cast.outsider):
        assert login(user).get(page_of(cast.cgj_reporter)).status_code == 403
        assert login(user).post(page_of(cast.cgj_reporter)).status_code == 403
    assert login(cast.admin).get("/people/999999/handover/").status_code == 404
    assert login(cast.admin).get("/people/99999999999999999999/handover/").status_code == 404
