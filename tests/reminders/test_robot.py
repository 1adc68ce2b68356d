"""Group robots against a real web server, and every answer it can give."""

import datetime
import logging
import subprocess
import sys

import pytest

from departments.models import Department
from reports.models import ContactPoint, Delivery, ReportingPeriod
from reports.reminders import delivery as gate
from reports.reminders.channels import robot as robots
from reports.reminders.channels.robot import RobotChannel, fit, problem_with
from reports.reminders.delivery import Outcome, Result
from reports.reminders.messages import Message
from reports.reminders.tick import tick
from reports.reminders.worker import drain
from tests.cast import Cast
from tests.reminders.gateway import Gateway, refused_port
from tests.reminders.smtp import Post
from tests.reminders.world import at

State = Delivery.State
TUESDAY = at("2027-01-12T09:05")
SECOND = datetime.timedelta(seconds=1)
MESSAGE = Message("还有 9 项未报送", "text", "<p>html</p>", "1. 供水管网改造\n详情：https://x/")
KEY = "abc123secretkey456"


@pytest.fixture
def dingtalk(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> str:
    """The webhook of a DingTalk robot; apprise's plugin posts to the local server instead."""
    from apprise.plugins.dingtalk import NotifyDingTalk

    local = f"http://127.0.0.1:{gateway.port}/robot/send?access_token={{token}}"
    monkeypatch.setattr(NotifyDingTalk, "notify_url", local)
    return f"https://oapi.dingtalk.com/robot/send?access_token={KEY}"


def send(address: str, message: Message = MESSAGE) -> Result:
    return RobotChannel().send(Delivery(), address, message)


def outcome(address: str) -> Outcome:
    return send(address).outcome


def test_dingtalk_gets_the_subject_and_what_is_outstanding(gateway: Gateway, dingtalk: str) -> None:
    assert outcome(dingtalk) == Outcome.SENT
    assert gateway.paths == [f"/robot/send?access_token={KEY}"]
    text = gateway.got[0]["text"]["content"]
    assert text.startswith("还有 9 项未报送")
    assert text.endswith("1. 供水管网改造\n详情：https://x/")


def test_a_signed_dingtalk_robot_gets_a_signature(gateway: Gateway, dingtalk: str) -> None:
    assert outcome(f"{dingtalk}&secret=SECabc") == Outcome.SENT
    assert "sign=" in gateway.paths[0]
    assert "SECabc" not in gateway.paths[0]


def test_wecom_gets_one_text(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    from apprise.plugins.wecombot import NotifyWeComBot

    local = f"http://127.0.0.1:{gateway.port}/cgi-bin/webhook/send?key={{key}}"
    monkeypatch.setattr(NotifyWeComBot, "notify_url", local)
    address = f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}"
    long = "".join(f"{n}. 供水管网改造和漏损控制\n" for n in range(200)) + "详情：https://x/"
    message = Message("还有 200 项未报送", "", "", long)
    assert send(address, message).outcome == Outcome.SENT
    (got,) = gateway.got
    assert len(got["text"]["content"].encode()) <= 2048
    assert "还有 200 项未报送" in got["text"]["content"]
    assert got["text"]["content"].endswith("详情：https://x/")


def test_feishu_answers_with_a_code_of_its_own(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    from apprise.plugins.feishu import NotifyFeishu

    local = f"http://127.0.0.1:{gateway.port}/hook/{{token}}/"
    monkeypatch.setattr(NotifyFeishu, "notify_url", local)
    address = f"https://open.feishu.cn/open-apis/bot/v2/hook/{KEY}"
    for answer, expected in (
        ({"code": 0, "msg": "success"}, Outcome.SENT),
        ({"code": 19001, "msg": "invalid token"}, Outcome.DEAD),
        ({"code": 11232, "msg": "frequency limited"}, Outcome.RETRY),
    ):
        gateway.answer = answer
        assert outcome(address) == expected


def test_any_other_webhook_gets_json_with_its_query_kept(gateway: Gateway) -> None:
    gateway.answer = "thank you"
    assert outcome(f"http://127.0.0.1:{gateway.port}/office/hook?token=a%20b&x=1") == Outcome.SENT
    assert gateway.paths == ["/office/hook?token=a+b&x=1"]
    assert gateway.got[0]["title"] == "还有 9 项未报送"


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (200, Outcome.SENT),
        (400, Outcome.DEAD),
        (401, Outcome.DEAD),
        (404, Outcome.DEAD),
        (429, Outcome.RETRY),
        (500, Outcome.RETRY),
        (503, Outcome.RETRY),
        (502, Outcome.UNKNOWN),
        (504, Outcome.UNKNOWN),
    ],
)
def test_what_a_status_means(
    status: int, expected: Outcome, gateway: Gateway, dingtalk: str
) -> None:
    gateway.status = status
    assert outcome(dingtalk) == expected
    assert len(gateway.got) == 1


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"errcode": 0}, Outcome.SENT),
        ({"errcode": 130101}, Outcome.RETRY),
        ({"errcode": -1}, Outcome.RETRY),
        ({"errcode": 310000, "errmsg": "sign not match"}, Outcome.DEAD),
        ({"errcode": "0"}, Outcome.UNKNOWN),
        ("<html>login first</html>", Outcome.UNKNOWN),
        ([], Outcome.UNKNOWN),
    ],
)
def test_a_robot_that_answers_200_may_still_refuse(
    answer: object, expected: Outcome, gateway: Gateway, dingtalk: str
) -> None:
    gateway.answer = answer
    assert outcome(dingtalk) == expected


def test_a_refused_connection_is_tried_again(gateway: Gateway) -> None:
    assert outcome(f"json://127.0.0.1:{refused_port()}/x") == Outcome.RETRY


def test_a_name_that_does_not_resolve_is_tried_again(settings: pytest.FixtureRequest) -> None:
    settings.NOTIFY_HOSTS = ["robot.invalid"]
    assert outcome("json://robot.invalid/x") == Outcome.RETRY


def test_a_connection_cut_after_the_request_left_is_unknown(
    gateway: Gateway, dingtalk: str
) -> None:
    gateway.misdeed = "cut"
    assert outcome(dingtalk) == Outcome.UNKNOWN
    assert len(gateway.got) == 1


@pytest.mark.parametrize("misdeed", ["hang", "drip"])
def test_no_send_takes_longer_than_its_wall_time(
    misdeed: str, gateway: Gateway, dingtalk: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RobotChannel, "wall_seconds", 0.7)
    gateway.misdeed = misdeed
    begun = datetime.datetime.now()
    assert outcome(dingtalk) == Outcome.UNKNOWN
    assert datetime.datetime.now() - begun < 2 * SECOND
    assert len(gateway.got) == 1


def test_apprise_does_not_try_again_by_itself(gateway: Gateway) -> None:
    gateway.misdeed = "cut"
    assert outcome(f"json://127.0.0.1:{gateway.port}/x?retry=3&wait=0.1") == Outcome.UNKNOWN
    assert len(gateway.got) == 1


def test_a_redirect_is_not_followed(gateway: Gateway, dingtalk: str) -> None:
    gateway.status, gateway.headers = 302, {"Location": "/elsewhere"}
    result = send(dingtalk)
    assert (result.outcome, len(gateway.got)) == (Outcome.DEAD, 1)
    assert "302" in result.detail


@pytest.mark.parametrize(
    ("listed", "host", "why"),
    [
        (["oapi.dingtalk.com"], "127.0.0.1", "不在允许的名单"),
        (["localhost"], "localhost", "指向内网地址"),
        ([], "169.254.169.254", "不在允许的名单"),
    ],
)
def test_nothing_goes_to_a_host_that_is_not_listed(
    listed: list[str], host: str, why: str, gateway: Gateway, settings: pytest.FixtureRequest
) -> None:
    settings.NOTIFY_HOSTS = listed
    result = send(f"json://{host}:{gateway.port}/x")
    assert result.outcome == Outcome.DEAD
    assert why in result.detail
    assert gateway.got == []


def test_a_private_host_is_listed_with_its_address(
    gateway: Gateway, settings: pytest.FixtureRequest
) -> None:
    settings.NOTIFY_HOSTS = ["localhost", "127.0.0.1", "::1"]
    assert outcome(f"json://localhost:{gateway.port}/x") == Outcome.SENT


@pytest.mark.parametrize(
    "address",
    ["", "nonsense", "mailto://u:p@127.0.0.1", "syslog://127.0.0.1", "dbus://", "json://"],
)
def test_what_does_not_go_by_http_is_no_robot(address: str, gateway: Gateway) -> None:
    assert outcome(address) == Outcome.DEAD
    assert "机器人地址有误" in problem_with(address)


def test_the_form_hears_what_is_wrong_before_anything_is_sent() -> None:
    assert problem_with(f"https://oapi.dingtalk.com/robot/send?access_token={KEY}") == ""
    assert problem_with(f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}") == ""
    assert problem_with(f"https://open.feishu.cn/open-apis/bot/v2/hook/{KEY}") == ""
    assert "10.0.0.8" in problem_with("https://10.0.0.8/hook")


def test_no_key_reaches_the_log(
    gateway: Gateway, dingtalk: str, caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str], settings: pytest.FixtureRequest,
) -> None:  # fmt: skip
    logging.getLogger().setLevel(logging.DEBUG)
    caplog.set_level(logging.DEBUG)
    details = [send(dingtalk).detail]
    gateway.status = 500
    details.append(send(dingtalk).detail)
    gateway.misdeed = "cut"
    details.append(send(dingtalk).detail)
    details.append(send("dingtalk://!bad!" + KEY).detail)
    settings.NOTIFY_HOSTS = []
    details.append(send(dingtalk).detail)
    details.append(send(f"json://127.0.0.1:{refused_port()}/{KEY}").detail)
    said = caplog.text + "".join(capfd.readouterr()) + "".join(details)
    assert KEY not in said
    assert len(details) == 6


def test_apprise_is_loaded_when_a_robot_speaks_and_not_before() -> None:
    program = (
        "import django; django.setup(); import reports.jobs, sys;"
        "print([m for m in ('apprise', 'requests') if m in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=True
    )
    assert ran.stdout.strip() == "[]"


def test_a_text_that_fits_stays_as_it_is_and_a_long_one_keeps_its_last_line() -> None:
    assert fit("一\n二", 100) == "一\n二"
    cut = fit("一行\n" * 100 + "详情", 60)
    assert len(cut.encode()) <= 60
    assert cut.startswith("一行\n")
    assert cut.endswith("……（其余从略）\n详情")


@pytest.mark.django_db
def test_a_group_is_told_once_however_many_work_there(
    period: ReportingPeriod, cast: Cast, post: Post, gateway: Gateway
) -> None:
    body = Department.objects.get(code="cgj")
    ContactPoint.objects.create(
        channel="robot", department=body, label="城管局节水群",
        address=f"json://127.0.0.1:{gateway.port}/x",
    )  # fmt: skip
    tick(TUESDAY)
    drain(lambda: TUESDAY)
    assert [got["title"] for got in gateway.got] == [
        "2026年下半年还有 9 项进展情况未报送，1月15日（星期五）截止"
    ]
    assert "您好" not in gateway.got[0]["message"]
    assert drain(lambda: TUESDAY + 10 * SECOND) == {}


@pytest.mark.django_db
def test_a_group_gets_at_most_twenty_a_minute(
    period: ReportingPeriod, cast: Cast, post: Post, gateway: Gateway
) -> None:
    for user in (cast.cgj_reporter, cast.cgj_colleague):
        ContactPoint.objects.create(
            channel="robot", user=user, label="群", address=f"json://127.0.0.1:{gateway.port}/x"
        )
    point = ContactPoint.objects.earliest("pk")
    tick(TUESDAY)
    Delivery.objects.filter(channel="robot").update(point=point)
    told = []
    for seconds in range(0, 8):
        drain(lambda now=TUESDAY + seconds * SECOND: now)
        told.append(len(gateway.got))
    assert told == [1, 1, 1, 2, 2, 2, 2, 2]


@pytest.mark.django_db
def test_what_is_unknown_is_not_said_twice(
    period: ReportingPeriod, cast: Cast, post: Post, gateway: Gateway
) -> None:
    ContactPoint.objects.create(
        channel="robot", user=cast.cgj_reporter, label="群",
        address=f"json://127.0.0.1:{gateway.port}/x",
    )  # fmt: skip
    gateway.misdeed = "cut"
    tick(TUESDAY)
    drain(lambda: TUESDAY)
    drain(lambda: TUESDAY + gate.SEND_LEASE + 60 * SECOND)
    row = Delivery.objects.get(channel="robot")
    assert (row.state, len(gateway.got)) == (State.UNKNOWN, 1)


def test_every_code_that_means_later_is_a_refusal_before_acceptance() -> None:
    assert 0 not in robots.LATER
