"""提醒设置: which notices go where, one's own robot; what can't be switched off."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from departments.models import AuditEvent, Department, User
from reports.models import ContactPoint, Delivery, NoticeChoice, ReportingPeriod
from reports.reminders.kinds import Kind
from reports.reminders.tick import tick
from tests.cast import Cast
from tests.reminders.world import at

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]
PAGE = "/notices/settings/"
HOOK = "https://oapi.dingtalk.com/robot/send?access_token="
KEY = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"


def read(client: Client) -> str:
    answer = client.get(PAGE)
    assert answer.status_code == 200
    return answer.content.decode()


def channels_of(user: User, kind: str = Kind.FILE) -> set[str]:
    rows = Delivery.objects.filter(notice__user=user, notice__kind=kind)
    return set(rows.values_list("channel", flat=True))


def test_what_is_unticked_is_not_sent_by_mail(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    answer = login(cast.cgj_reporter).post(PAGE, {"wanted": ["acts:mail"]}, follow=True)
    assert "提醒设置已保存" in answer.content.decode()
    assert NoticeChoice.objects.get(user=cast.cgj_reporter).muted == ["deadline:mail"]
    tick(at("2027-01-08T09:00"))
    assert channels_of(cast.cgj_reporter) == set()
    assert channels_of(cast.cgj_colleague) == {"mail"}


@pytest.mark.parametrize("moment", ["2027-01-14T09:00", "2027-01-15T09:00"])
def test_the_last_two_before_the_deadline_come_all_the_same(
    period: ReportingPeriod, cast: Cast, login: Login, moment: str
) -> None:
    client = login(cast.cgj_reporter)
    client.post(PAGE, {})
    assert "截止前最后两次" in read(client)
    tick(at(moment))
    assert channels_of(cast.cgj_reporter) == {"mail"}


def test_what_the_page_did_not_offer_stays_muted(cast: Cast, plan, login: Login) -> None:
    NoticeChoice.objects.create(user=cast.cgj_reporter, muted=["receiver:mail"])
    login(cast.cgj_reporter).post(PAGE, {"wanted": ["deadline:mail", "acts:mail"]})
    assert NoticeChoice.objects.get().muted == ["receiver:mail"]


def test_a_channel_that_is_not_offered_is_refused(cast: Cast, plan, login: Login) -> None:
    answer = login(cast.cgj_reporter).post(PAGE, {"wanted": ["deadline:robot"]})
    assert answer.status_code == 422
    assert "请重新勾选" in answer.content.decode()
    assert not NoticeChoice.objects.exists()


def test_each_role_is_offered_what_it_gets(cast: Cast, plan, login: Login) -> None:
    assert 'value="receiver:mail"' not in read(login(cast.cgj_reporter))
    html = read(login(cast.slj_coordinator))
    assert 'value="receiver:mail"' in html
    assert 'value="deadline:mail"' not in html
    assert "没有需要提醒的任职" in read(login(cast.outsider))


def test_without_a_mailbox_the_page_says_so(cast: Cast, plan, login: Login) -> None:
    User.objects.filter(pk=cast.cgj_reporter.pk).update(email="")
    assert "还没有登记邮箱" in read(login(cast.cgj_reporter))


def test_an_own_robot_is_kept_shown_shortened_used_and_dropped(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    client = login(cast.cgj_reporter)
    client.post(f"{PAGE}robot/", {"label": "我的钉钉", "address": HOOK + KEY})
    html = read(client)
    assert KEY not in html
    assert "oapi.dingtalk.com/…cdef" in html
    tick(at("2027-01-08T09:00"))
    assert channels_of(cast.cgj_reporter) == {"mail", "robot"}
    assert channels_of(cast.cgj_colleague) == {"mail"}
    point = ContactPoint.objects.get(user=cast.cgj_reporter)
    client.post(f"{PAGE}robot/{point.pk}/drop/")
    assert "我的钉钉" not in read(client)
    tick(at("2027-01-12T09:00"))
    later = Delivery.objects.filter(notice__user=cast.cgj_reporter, notice__slot="before-2")
    assert set(later.values_list("channel", flat=True)) == {"mail"}
    subjects = AuditEvent.objects.values_list("action", "subject")
    assert ("新增通知地址", "本人 群机器人 我的钉钉") in subjects
    assert all(KEY not in subject for _, subject in subjects)


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("", "请粘贴"),
        ("hello", "机器人地址有误"),
        ("https://evil.example.com/hook/1", "不在允许的名单"),
        ("mailto://user:pass@example.com", "机器人地址有误"),
    ],
)
def test_a_robot_elsewhere_is_refused_and_nothing_typed_is_lost(
    cast: Cast, plan, login: Login, address: str, sentence: str
) -> None:
    answer = login(cast.cgj_reporter).post(f"{PAGE}robot/", {"label": "我的群", "address": address})
    assert answer.status_code == 422
    html = answer.content.decode()
    assert sentence in html
    assert 'value="我的群"' in html
    assert not ContactPoint.objects.exists()


def test_three_robots_are_enough_and_each_but_once(cast: Cast, plan, login: Login) -> None:
    client = login(cast.cgj_reporter)
    for number in range(3):
        data = {"label": "群", "address": f"{HOOK}{KEY[:-1]}{number}"}
        assert client.post(f"{PAGE}robot/", data).status_code == 302
        assert client.post(f"{PAGE}robot/", data).status_code == 409
    more = client.post(f"{PAGE}robot/", {"label": "群", "address": HOOK + KEY})
    assert more.status_code == 409
    assert "最多 3 个" in more.content.decode()


def test_nobody_drops_the_robot_of_another(cast: Cast, plan, login: Login) -> None:
    point = ContactPoint.objects.create(
        channel="robot", user=cast.cgj_reporter, label="群", address=HOOK + KEY
    )
    assert login(cast.cgj_colleague).post(f"{PAGE}robot/{point.pk}/drop/").status_code == 404
    assert login(cast.admin).post(f"{PAGE}robot/{point.pk}/drop/").status_code == 404


def test_a_departments_group_is_nobodys_own_to_mute(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    ContactPoint.objects.create(
        channel="robot", department=Department.objects.get(code="cgj"), label="城管群",
        address=HOOK + KEY,
    )  # fmt: skip
    for user in (cast.cgj_reporter, cast.cgj_colleague):
        NoticeChoice.objects.create(user=user, muted=["deadline:robot", "deadline:mail"])
    assert "区城管局 城管群" in read(login(cast.cgj_reporter))
    tick(at("2027-01-08T09:00"))
    assert Delivery.objects.filter(notice__kind=Kind.FILE, point__label="城管群").count() == 1


def test_the_number_of_queries_is_constant(cast: Cast, plan, login: Login) -> None:
    client = login(cast.cgj_reporter)

    def count() -> int:
        read(client)
        with CaptureQueriesContext(connection) as caught:
            read(client)
        return len(caught)

    few = count()
    for number in range(5):
        owner = {"user": cast.cgj_reporter} if number % 2 else {
            "department": Department.objects.get(code="cgj")}  # fmt: skip
        ContactPoint.objects.create(channel="robot", label="群", address=HOOK + KEY, **owner)
    assert count() == few <= 14
