"""提醒台: what was planned, sent, failed, is unknown or held, and what a person does about it."""

import datetime
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from departments.models import AuditEvent, Department, User
from reports.models import Attempt, ChannelState, ContactPoint, Delivery, Notice, ReportingPeriod
from reports.reminders.kinds import Kind
from reports.reminders.tick import tick
from reports.reminders.worker import stop
from tasks.models import Plan
from tests.cast import Cast, person
from tests.reminders.world import at

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]
State = Delivery.State
DESK = "/notices/desk/"
TUESDAY = at("2027-01-12T09:05")


@pytest.fixture
def planned(period: ReportingPeriod, cast: Cast) -> ReportingPeriod:
    """2026H2 three days before its deadline: everybody who owes has been told, nothing left yet."""
    tick(TUESDAY)
    return period


def read(client: Client, query: str = "") -> str:
    answer = client.get(f"{DESK}{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def listed(html: str) -> list[str]:
    """The people of the list, from top to bottom."""
    parts = html.split('<ul class="items desk">')
    if len(parts) == 1:
        return []
    return [piece.split("</b>")[0] for piece in parts[1].split("<p><b>")[1:]]


def delivery_of(user: User, kind: str = Kind.FILE) -> Delivery:
    return Delivery.objects.get(notice__user=user, notice__kind=kind)


def mark(user: User, state: str, reason: str = "") -> Delivery:
    row = delivery_of(user)
    Delivery.objects.filter(pk=row.pk).update(state=state, reason=reason)
    return row


def test_first_it_lists_what_waits_for_a_human(planned, cast: Cast, login: Login) -> None:
    client = login(cast.slj_coordinator)
    assert "没有需要处理的提醒" in read(client)
    mark(cast.cgj_reporter, State.UNKNOWN, "发送中断，无法确认对方是否收到")
    mark(cast.cgj_colleague, State.DEAD, "收件地址被拒（550）")
    html = read(client)
    assert set(listed(html)) == {"cgj reporter", "cgj colleague"}
    assert "收件地址被拒（550）" in html
    assert "截止前 3 天" in html
    assert "区城管局" in html


def test_the_home_page_leads_to_what_waits(planned, cast: Cast, login: Login) -> None:
    mark(cast.cgj_reporter, State.UNKNOWN)
    for user, seen in ((cast.slj_coordinator, True), (cast.admin, True), (cast.auditor, False)):
        html = login(user).get("/").content.decode()
        assert ("<span>提醒未送达或待放行</span>" in html) is seen


def test_an_address_is_never_shown_whole(planned, cast: Cast, login: Login) -> None:
    key = "0123456789abcdef"
    point = ContactPoint.objects.create(
        channel="robot", department=Department.objects.get(code="cgj"), label="城管群",
        address=f"https://oapi.dingtalk.com/robot/send?access_token={key}",
    )  # fmt: skip
    row = mark(cast.cgj_reporter, State.DEAD)
    Delivery.objects.filter(pk=row.pk).update(point=point, channel="robot")
    mark(cast.cgj_colleague, State.DEAD)
    html = read(login(cast.admin))
    assert key not in html
    assert "oapi.dingtalk.com/…cdef" in html
    assert "cgj_colleague@" not in html
    assert "c…@wz.cn" in html


def test_what_was_said_inside_a_department_is_not_the_desks(
    planned, cast: Cast, login: Login
) -> None:
    notice = Notice.objects.filter(user=cast.cgj_reporter).first()
    assert notice is not None
    notice.lines = [{"of": "report", "pk": 1, "text": "12.1 管网", "note": "局长不同意"}]
    notice.save()
    html = read(login(cast.slj_coordinator), "?state=all&person=cgj")
    assert "12.1" in html
    assert "局长不同意" not in html


@pytest.mark.parametrize(
    ("query", "people"),
    [
        ("state=all&kind=digest", {"slj coordinator", "fgw coordinator"}),
        ("state=all&kind=file&department=cgj", {"cgj reporter", "cgj colleague"}),
        ("state=all&kind=file&person=zjw", {"zjw reporter"}),
        ("state=pending&kind=file&person=cgj_reporter", {"cgj reporter"}),
        ("state=dead", set()),
        ("state=all&kind=file&person=cgj&since=2027-01-13", set()),
        ("state=all&kind=file&person=cgj_rep&since=2027-01-12&until=2027-01-12", {"cgj reporter"}),
    ],
)
def test_it_can_be_narrowed(
    planned, cast: Cast, login: Login, query: str, people: set[str]
) -> None:
    assert set(listed(read(login(cast.slj_coordinator), f"?{query}"))) == people


def test_merged_and_inbox_only_notices_can_be_found(planned, cast: Cast, login: Login) -> None:
    first, second = Notice.objects.filter(kind=Kind.FILE).order_by("pk")[:2]
    Delivery.objects.filter(notice__in=[first, second]).delete()
    Notice.objects.filter(pk=first.pk).update(merged=True)
    client = login(cast.slj_coordinator)
    assert listed(read(client, "?state=merged")) == [first.user.name]
    assert listed(read(client, "?state=inbox")) == [second.user.name]


def test_a_filter_that_makes_no_sense_says_so(planned, cast: Cast, login: Login) -> None:
    client = login(cast.slj_coordinator)
    answer = client.get(f"{DESK}?since=2027-01-12&until=2027-01-11&kind=nonsense")
    assert answer.status_code == 400
    html = answer.content.decode()
    assert "止日早于起日" in html
    assert "不在可选范围内" in html


def test_arrived_is_kept_with_who_said_it(planned, cast: Cast, login: Login) -> None:
    row = mark(cast.cgj_reporter, State.UNKNOWN)
    client = login(cast.slj_coordinator)
    answer = client.post(f"{DESK}arrived/", {"one-delivery": row.pk, "query": "state=unknown"})
    assert answer["Location"] == f"{DESK}?state=unknown"
    row.refresh_from_db()
    assert (row.state, row.reason) == (State.SENT, "经人工确认已收到")
    attempt = Attempt.objects.get(delivery=row)
    assert (attempt.by, attempt.detail) == (cast.slj_coordinator, "确认已收到")
    html = read(client, "?state=sent")
    assert "人工：确认已收到（slj coordinator）" in html


def test_ticked_ones_are_sent_again_together(planned, cast: Cast, login: Login) -> None:
    rows = [mark(user, State.DEAD) for user in (cast.cgj_reporter, cast.cgj_colleague)]
    untouched = mark(cast.zjw_reporter, State.DEAD)
    client = login(cast.fgw_coordinator)
    said = client.post(f"{DESK}again/", {"delivery": [row.pk for row in rows]}, follow=True)
    assert "2 条将重新发送" in said.content.decode()
    for row in rows:
        row.refresh_from_db()
        assert (row.state, row.attempts) == (State.PENDING, 0)
    untouched.refresh_from_db()
    assert untouched.state == State.DEAD


def test_what_another_settled_meanwhile_is_a_conflict(planned, cast: Cast, login: Login) -> None:
    row = mark(cast.cgj_reporter, State.UNKNOWN)
    client = login(cast.slj_coordinator)
    assert client.post(f"{DESK}arrived/", {"one-delivery": row.pk}).status_code == 302
    again = client.post(f"{DESK}again/", {"one-delivery": row.pk})
    assert again.status_code == 409
    row.refresh_from_db()
    assert row.state == State.SENT


def test_a_pressed_button_acts_on_its_row_only(planned, cast: Cast, login: Login) -> None:
    one, other = (mark(user, State.DEAD) for user in (cast.cgj_reporter, cast.cgj_colleague))
    login(cast.slj_coordinator).post(
        f"{DESK}again/", {"delivery": [other.pk], "one-delivery": one.pk}
    )
    other.refresh_from_db()
    assert other.state == State.DEAD


@pytest.mark.parametrize("data", [{}, {"delivery": "x"}, {"delivery": "99999999999999999999"}])
def test_nothing_ticked_says_so(planned, cast: Cast, login: Login, data: dict[str, str]) -> None:
    said = login(cast.slj_coordinator).post(f"{DESK}again/", data, follow=True)
    assert "请先勾选要处理的提醒" in said.content.decode()


def test_held_ones_are_released_by_hand(period: ReportingPeriod, cast: Cast, login: Login) -> None:
    tick(at("2026-12-01T12:00"))
    tick(TUESDAY)
    held = Notice.objects.filter(held=True)
    one, count = held.filter(user=cast.cgj_reporter).first(), held.count()
    assert one is not None
    client = login(cast.slj_coordinator)
    assert f"全部放行（{count} 条）" in read(client)
    client.post(f"{DESK}release/", {"one-notice": one.pk})
    assert set(one.deliveries.values_list("state", flat=True)) == {State.PENDING}
    assert Attempt.objects.get(delivery__notice=one).by == cast.slj_coordinator
    said = client.post(f"{DESK}release/", {"all": "1"}, follow=True).content.decode()
    assert f"已放行 {count - 1} 条" in said
    assert not held.exists()
    assert client.post(f"{DESK}release/", {"one-notice": one.pk}).status_code == 409


def test_a_stopped_channel_is_started_again_and_logged(planned, cast: Cast, login: Login) -> None:
    stop("mail", "邮件服务器拒绝登录（535）", TUESDAY)
    client = login(cast.admin)
    assert "邮件服务器拒绝登录（535）" in read(client)
    client.post(f"{DESK}start/mail/")
    assert ChannelState.objects.get(name="mail").stopped_at is None
    event = AuditEvent.objects.get(action="启用提醒渠道")
    assert event.user == cast.admin
    assert client.post(f"{DESK}start/mail/").status_code == 409
    assert client.post(f"{DESK}start/pigeon/").status_code == 404


def test_a_coordinator_of_another_plan_sees_none_of_this_one(
    planned, plan: Plan, cast: Cast, login: Login
) -> None:
    other = person("swj_coordinator", "coordinator", "swj")
    assert login(other).get(DESK).status_code == 403
    assert Notice.objects.on_desk(other).count() == 0


def test_the_desk_is_paged(planned, cast: Cast, login: Login) -> None:
    notice = Notice.objects.filter(user=cast.cgj_reporter).first()
    assert notice is not None
    for number in range(70):
        notice.pk, notice.slot = None, f"waiting-{number}"
        notice.save(force_insert=True)
    client = login(cast.admin)
    html = read(client, "?state=all&page=2")
    assert len(listed(html)) == 30
    assert "?state=all&amp;page=3" in html


def test_the_number_of_queries_is_the_same_for_one_and_for_a_full_page(
    planned, cast: Cast, login: Login
) -> None:
    client = login(cast.slj_coordinator)

    def count(query: str) -> int:
        read(client, query)
        with CaptureQueriesContext(connection) as caught:
            read(client, query)
        return len(caught)

    row = mark(cast.cgj_reporter, State.DEAD)
    Attempt.objects.create(delivery=row, at=TUESDAY, outcome="dead", detail="收件地址被拒（550）")
    few = count("?state=dead")
    for each in Delivery.objects.all():
        Attempt.objects.create(delivery=each, at=TUESDAY, outcome="dead", by=cast.admin)
        Attempt.objects.create(
            delivery=each, at=TUESDAY + datetime.timedelta(minutes=1), outcome="retry"
        )
    Delivery.objects.update(state=State.DEAD)
    assert len(listed(read(client, "?state=dead"))) > 5
    assert count("?state=dead") == few <= 20
