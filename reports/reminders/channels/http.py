"""HTTP that leaves the house: to listed hosts only, without redirects, and with a known outcome.

``send_guarded`` watches every request that ``requests`` makes while a message is sent, also those
inside of a library that keeps the answers to itself.
"""

import dataclasses
import ipaddress
import socket
import threading
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter

from reports.reminders.delivery import SEND_SECONDS, Outcome, Result

CONNECT_SECONDS, READ_SECONDS = 5.0, 20.0
LATER = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}
UNCLEAR = {HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT}
"""A gateway that lost the answer of what stands behind it: that may have taken the message."""
NOT_CONNECTED = ("NewConnectionError", "NameResolutionError", "ConnectTimeoutError", "ProxyError")
"""Names of urllib3's errors that come before the first byte of a request."""

Judge = Callable[[requests.Response], Result]
_here = threading.local()


class Refused(requests.RequestException):
    """The guard let a request not pass."""


def by_status(response: requests.Response) -> Result:
    """What the status alone says."""
    status = response.status_code
    if status < 300:
        return Result(Outcome.SENT)
    if status < 400:
        return Result(Outcome.DEAD, f"对方要求转到别的地址（{status}），不跟随")
    if status in UNCLEAR:
        return Result(Outcome.UNKNOWN, f"对方网关回复 {status}，无法确认是否收到")
    if status >= 500 or status in LATER:
        return Result(Outcome.RETRY, f"对方回复 {status}，稍后再试")
    return Result(Outcome.DEAD, f"对方拒绝（{status}），请检查地址和密钥")


def objection(url: str, *, resolve: bool = True) -> str:
    """Why nothing may go to ``url``, or nothing: its host has to be listed in NOTIFY_HOSTS, and
    where that name leads into a private network, the address too. ``resolve=False`` asks no
    name server."""
    try:
        host = (urlsplit(url).hostname or "").lower()
    except ValueError:
        return "地址写法有误"
    listed = {name.strip().lower() for name in settings.NOTIFY_HOSTS}
    if host not in listed:
        return f"主机 {host[:60] or '（空）'} 不在允许的名单（NOTIFY_HOSTS）中"
    for address in _addresses(host) if resolve else []:
        if address not in listed and not ipaddress.ip_address(address).is_global:
            return f"主机 {host[:60]} 指向内网地址 {address}，未列入名单（NOTIFY_HOSTS）"
    return ""


def _addresses(host: str) -> list[str]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        return []  # then nothing can connect either
    return [str(row[4][0]).partition("%")[0] for row in found]


@dataclasses.dataclass
class Watch:
    """What became of the requests of one send."""

    judge: Judge
    results: list[Result] = dataclasses.field(default_factory=list)
    left: bool = False
    over: bool = False
    lock: threading.Lock = dataclasses.field(default_factory=threading.Lock)

    def pass_on(self, url: str, send: Callable[[], requests.Response], *, proxied: bool) -> Any:
        """Let one request leave if it may, and write down what came back."""
        if any(result.outcome != Outcome.SENT for result in self.results):
            raise Refused  # what was not clearly taken is not tried again from in here
        if reason := objection(url, resolve=not proxied):
            self.results.append(Result(Outcome.DEAD, reason))
            raise Refused
        with self.lock:
            if self.over:
                raise Refused
            self.left = True
        return self._answer(send)

    def _answer(self, send: Callable[[], requests.Response]) -> requests.Response:
        try:
            response = send()
            _ = response.content  # to its end
            self.results.append(self.judge(response))
        except (requests.RequestException, OSError) as error:
            self.results.append(_broken(error))
            raise
        if response.is_redirect:
            raise Refused
        return response

    def total(self) -> Result:
        """One result for all requests of the send."""
        bad = [result for result in self.results if result.outcome != Outcome.SENT]
        if not self.results:
            return Result(Outcome.DEAD, "地址有误，没有发出")
        if bad and len(bad) < len(self.results):
            return Result(Outcome.UNKNOWN, f"只发出一部分；{bad[0].detail}")
        return bad[0] if bad else self.results[0]


def _broken(error: Exception) -> Result:
    """The words of ``error`` hold the address with its key, so its name alone is told."""
    cause = error.args[0] if error.args else None
    reason = getattr(cause, "reason", cause)
    names = {type(each).__name__ for each in (error, cause, reason)}
    if names & {*NOT_CONNECTED, "ConnectTimeout"} or "CERTIFICATE_VERIFY_FAILED" in str(reason):
        return Result(Outcome.RETRY, f"连接未成：{type(reason).__name__}")
    return Result(Outcome.UNKNOWN, "请求发出后连接中断，无法确认对方是否收到")


def send_guarded(
    send: Callable[[], object], judge: Judge = by_status, seconds: float = SEND_SECONDS
) -> Result:
    """Run ``send`` for ``seconds`` at most; the outcome is what its requests were answered."""
    watch = Watch(judge)

    def work() -> None:
        _here.watch = watch
        try:
            send()
        except (requests.RequestException, OSError):
            return  # written down already
        except Exception as error:
            watch.results.append(Result(Outcome.DEAD, f"没有发出：{type(error).__name__}"))

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(seconds)
    with watch.lock:
        watch.over = True
    if not thread.is_alive():
        return watch.total()
    if watch.left:
        return Result(Outcome.UNKNOWN, f"{seconds:g} 秒内没有回复，无法确认对方是否收到")
    return Result(Outcome.RETRY, f"{seconds:g} 秒内没有连上，稍后再试")


_plain_send = HTTPAdapter.send


def _watched_send(self: HTTPAdapter, request: Any, *args: Any, **kwargs: Any) -> Any:
    watch: Watch | None = getattr(_here, "watch", None)
    if watch is None:
        return _plain_send(self, request, *args, **kwargs)
    proxied = bool(requests.utils.select_proxy(request.url, kwargs.get("proxies")))
    return watch.pass_on(
        request.url, lambda: _plain_send(self, request, *args, **kwargs), proxied=proxied
    )


HTTPAdapter.send = _watched_send  # type: ignore[method-assign]
