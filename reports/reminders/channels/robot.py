"""Group robots: DingTalk, WeCom and whatever else apprise speaks HTTP to."""

import re
import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, urlsplit

import structlog

from reports.models import Delivery
from reports.reminders.channels.base import Channel
from reports.reminders.delivery import Outcome, Result
from reports.reminders.messages import Message

if TYPE_CHECKING:
    import requests

log = structlog.get_logger(__name__)
LONGEST_BYTES = 2000
"""WeCom takes 2048 bytes of text, title included; the others take more."""
LATER = {-1, 130101, 410100, 45009, 45033, 11232, 99991400}
"""Codes that mean busy or too fast: DingTalk 130101, 410100; WeCom 45009, 45033; Feishu the rest.
"""
_DINGTALK = re.compile(r"https://oapi\.dingtalk\.com/robot/send\?", re.IGNORECASE)
_FEISHU = re.compile(r"https://open\.feishu\.cn/open-apis/bot/v2/hook/([\w-]+)", re.IGNORECASE)
_WECOM = re.compile(r"https://qyapi\.weixin\.qq\.com/cgi-bin/webhook/send\?", re.IGNORECASE)


class RobotChannel(Channel):
    """The webhook of a group, as the group's settings show it or as apprise writes it."""

    name = Delivery.Channel.ROBOT
    spacing_seconds = 3
    parts = ("short",)

    def send(self, delivery: Delivery, address: str, message: Message) -> Result:
        from reports.reminders.channels.http import READ_SECONDS, send_guarded

        robot = robot_at(address)
        if robot is None:
            return Result(Outcome.DEAD, "机器人地址有误")
        robot.socket_read_timeout = READ_SECONDS
        title, body = message.subject, fit(message.short, LONGEST_BYTES - len(message.subject) * 3)
        return send_guarded(
            lambda: robot.notify(body=body, title=title),
            lambda response: judge(response, type(robot).__name__),
            self.wall_seconds,
        )


def robot_at(address: str) -> Any:
    """apprise's object for ``address``; None where it is none, or one that does not go by HTTP."""
    import apprise
    import requests

    try:
        robot = apprise.Apprise.instantiate(as_apprise(address), suppress_exceptions=True)
    except Exception as error:  # a plugin may stumble over anything that was typed
        log.warning("no robot there", error=type(error).__name__)
        return None
    by_http = getattr(sys.modules[type(robot).__module__], "requests", None) is requests
    return robot if by_http else None


def as_apprise(address: str) -> str:
    """``address`` as apprise writes it; it knows the webhook of WeCom itself."""
    address = address.strip()
    query = dict(parse_qsl(urlsplit(address).query))
    if _DINGTALK.match(address):
        secret = f"{query['secret']}@" if "secret" in query else ""
        return f"dingtalk://{secret}{query.get('access_token', '')}/"
    if found := _FEISHU.match(address):
        return f"feishu://{found[1]}/"
    if address.lower().startswith(("http://", "https://")) and not _WECOM.match(address):
        return _plain_webhook(address, query)
    return address


def _plain_webhook(address: str, query: dict[str, str]) -> str:
    """Any other webhook gets JSON: ``{"title": …, "message": …}``."""
    parts = urlsplit(address)
    scheme = "jsons" if parts.scheme.lower() == "https" else "json"
    kept = "&".join(f"-{quote(name)}={quote(text, safe='')}" for name, text in query.items())
    return f"{scheme}://{parts.netloc}{parts.path}" + (f"?{kept}" if kept else "")


def judge(response: "requests.Response", robot: str) -> Result:
    """Robots answer 200 also where they refuse, with a code that apprise does not always read."""
    from reports.reminders.channels.http import by_status

    result = by_status(response)
    code = _code(response, robot)
    if result.outcome != Outcome.SENT or code == 0:
        return result
    if code is None:
        return Result(Outcome.UNKNOWN, "机器人的回复无法识别，不能确认是否收到")
    if code in LATER:
        return Result(Outcome.RETRY, f"机器人限流或忙（{code}），稍后再试")
    return Result(Outcome.DEAD, f"机器人拒绝（{code}），请检查密钥和安全设置")


def _code(response: "requests.Response", robot: str) -> int | None:
    """The robot's own code: 0 where it took the message, None where it can't be read."""
    try:
        answer = response.json()
    except ValueError:
        answer = None
    answer = answer if isinstance(answer, dict) else {}
    if robot in {"NotifyDingTalk", "NotifyWeComBot", "NotifyFeishu"}:
        code = answer.get("errcode", answer.get("code", answer.get("StatusCode")))
        return code if isinstance(code, int) else None
    code = answer.get("errcode", 0)
    return code if isinstance(code, int) else 0


def fit(text: str, longest: int) -> str:
    """``text`` in at most ``longest`` bytes: whole lines from its start, and its last line."""
    if len(text.encode()) <= longest:
        return text
    *lines, last = text.strip().splitlines()
    tail = f"……（其余从略）\n{last}"
    kept: list[str] = []
    for line in lines:
        if len("\n".join([*kept, line, tail]).encode()) > longest:
            break
        kept.append(line)
    return "\n".join([*kept, tail])


def problem_with(address: str) -> str:
    """Why a robot can't be reached at ``address``: for the form that takes it; empty if it can.

    Asks no name server; whether the host is private is found when it is sent to.
    """
    from reports.reminders.channels.http import objection

    robot = robot_at(address)
    if robot is None:
        return "机器人地址有误：请粘贴群设置里的 Webhook 地址，或按 apprise 的写法填写。"
    url = _target(robot)
    reason = objection(url, resolve=False) if url else ""
    return f"{reason}，请联系管理员。" if reason else ""


def _target(robot: Any) -> str:
    """The address that a message to ``robot`` goes to, where that can be told beforehand."""
    plain = getattr(robot, "api_url", "") or getattr(robot, "notify_url", "")
    if plain:
        return str(plain)
    return f"https://{robot.host}/" if getattr(robot, "host", None) else ""
