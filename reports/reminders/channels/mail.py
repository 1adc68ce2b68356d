"""E-mail by Django's backend, one connection for a batch; every answer of the server is classified.

What the server proved not to have taken may be tried again; what broke off after the last byte is
unknown. RFC 5321, 4.2.1: 4yz is transient, 5yz permanent.
"""

import contextlib
import smtplib
import socket
from email.policy import Compat32
from typing import Any, Self

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.smtp import EmailBackend

from reports.models import Delivery
from reports.reminders.channels.base import Channel, ChannelFailure, Watchdog
from reports.reminders.delivery import Outcome, Result
from reports.reminders.messages import Message

SMTP_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
AUTHENTICATION = range(530, 540)


class _Traced:
    """Knows whether the whole message, final dot included, has left and was not answered."""

    body_out = False
    _sends: int | None = None

    def data(self, msg: Any) -> Any:
        self._sends, self.body_out = 0, False
        try:
            answer = super().data(msg)  # type: ignore[misc]
        finally:
            self._sends = None
        self.body_out = False
        return answer

    def send(self, s: Any) -> None:
        super().send(s)  # type: ignore[misc]
        if self._sends is not None:
            self._sends += 1
            self.body_out = self._sends == 2  # the command, then the body with its dot


class _TracedSMTP(_Traced, smtplib.SMTP):
    pass


class _TracedSSL(_Traced, smtplib.SMTP_SSL):
    pass


class TracedBackend(EmailBackend):
    """Django's SMTP backend on a connection that can tell how far a message got."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _TracedSSL if self.use_ssl else _TracedSMTP

    def break_off(self) -> None:
        """End the connection from another thread."""
        sock = getattr(self.connection, "sock", None)
        if sock is not None:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def drop(self) -> None:
        """Forget a broken connection without a word to the server."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None


class _Policy(Compat32):
    """What the library does, but for headers that stand on one line as they are, which are most:
    it takes them to pieces and puts them together again, which is a third of writing a message."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        if isinstance(value, str) and value.isascii() and value.isprintable():
            line = f"{name}: {value}"
            if len(line) <= 76:
                return f"{line}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


_POLICY = _Policy()


class _Mail(EmailMultiAlternatives):
    """Names the border between its parts itself: the library searches the text for one that does
    not occur in it. Its recipients are pairs of name and address, which the library takes as they
    are, where it would first take a text to pieces."""

    def recipients(self) -> list[Any]:
        return [("", address) for address in self.to]

    def message(self, **options: Any) -> Any:
        mail = super().message(**options)
        mail.policy = _POLICY
        mail.set_boundary(f"=_{self.extra_headers['Message-ID'].strip('<>').partition('@')[0]}")
        return mail


class MailChannel(Channel):
    """The person's address in the register of people, read at the last moment."""

    name = Delivery.Channel.MAIL
    parts = ("text", "html")

    def __init__(self) -> None:
        smtp = settings.EMAIL_BACKEND == SMTP_BACKEND
        self.backend: Any = TracedBackend() if smtp else get_connection()
        self.watchdog = Watchdog(getattr(self.backend, "break_off", lambda: None))

    def __enter__(self) -> Self:
        try:
            self.backend.open()
        except (OSError, smtplib.SMTPException) as error:
            raise ChannelFailure(classify(error, body_out=False)) from error
        self.watchdog.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self.watchdog.__exit__()
        with contextlib.suppress(OSError, smtplib.SMTPException):
            self.backend.close()

    def address_of(self, delivery: Delivery) -> str:
        return delivery.notice.user.email

    def send(self, delivery: Delivery, address: str, message: Message) -> Result:
        mail = _Mail(
            message.subject, message.text, to=[address],
            headers={"Message-ID": delivery.message_id, "Auto-Submitted": "auto-generated"},
        )  # fmt: skip
        mail.attach_alternative(message.html, "text/html")
        return self._deliver(mail)

    def _deliver(self, mail: EmailMultiAlternatives) -> Result:
        try:
            with self.watchdog.watch(self.wall_seconds):
                # Opened here after a break: one that send_messages opens it also closes, and how
                # far a message got is lost with it.
                self.backend.open()
                self.backend.send_messages([mail])
        except (OSError, smtplib.SMTPException) as error:
            result = classify(error, body_out=_body_out(self.backend))
            if isinstance(self.backend, TracedBackend) and _is_broken(error):
                self.backend.drop()
            return result
        except ValueError as error:  # a header that cannot be written: this address never works
            return Result(Outcome.DEAD, f"邮件地址有误：{type(error).__name__}")
        return Result(Outcome.SENT)


def _body_out(backend: Any) -> bool:
    return bool(getattr(getattr(backend, "connection", None), "body_out", False))


def _is_broken(error: Exception) -> bool:
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code == 421
    return not isinstance(error, smtplib.SMTPRecipientsRefused)


def classify(error: Exception, *, body_out: bool) -> Result:
    """What ``error`` means; ``body_out``: the whole message had left when it came."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return Result(Outcome.STOP, f"邮件服务器拒绝登录（{error.smtp_code}）")
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
        return _by_code(max(codes, default=450), "收件地址被拒")
    if isinstance(error, smtplib.SMTPSenderRefused) and error.smtp_code >= 500:
        return Result(Outcome.STOP, f"邮件服务器不接受发件人（{error.smtp_code}）")
    if isinstance(error, smtplib.SMTPResponseException):
        return _by_code(error.smtp_code, "邮件服务器回复")
    if body_out:
        return Result(Outcome.UNKNOWN, "内容发完后连接中断，无法确认对方是否收到")
    return Result(Outcome.RETRY, f"连接邮件服务器未成：{type(error).__name__}")


def _by_code(code: int, words: str) -> Result:
    if code in AUTHENTICATION:
        return Result(Outcome.STOP, f"邮件服务器要求登录（{code}）")
    if code >= 500:
        return Result(Outcome.DEAD, f"{words}（{code}）")
    return Result(Outcome.RETRY, f"{words}（{code}），稍后再试")
