"""Text messages by an HTTP gateway: the example of a channel of the house's own.

Another gateway, or the city's office platform, is one more class like this one in ``CHANNELS``.
"""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.urls import reverse

from reports.models import Delivery
from reports.reminders.channels.base import Channel, ChannelFailure
from reports.reminders.delivery import Outcome, Result
from reports.reminders.messages import Message

if TYPE_CHECKING:
    import requests


class SmsChannel(Channel):
    """Posts ``{"id", "mobile", "content"}`` as JSON to SMS_URL; 2xx means accepted.

    ``id`` is the same for one delivery whenever it is tried.
    """

    name = Delivery.Channel.SMS

    def __enter__(self) -> Self:
        if not settings.SMS_URL:
            raise ChannelFailure(Result(Outcome.STOP, "没有配置短信网关（SMS_URL）"))
        return self

    def send(self, delivery: Delivery, address: str, message: Message) -> Result:
        import requests

        from reports.reminders.channels.http import CONNECT_SECONDS, READ_SECONDS, send_guarded

        content = f"{message.subject}。详情：{settings.SITE_URL}{reverse('notice-list')}"
        return send_guarded(
            lambda: requests.post(
                settings.SMS_URL,
                json={"id": delivery.message_id, "mobile": address, "content": content},
                headers={"Authorization": f"Bearer {settings.SMS_TOKEN}"},
                timeout=(CONNECT_SECONDS, READ_SECONDS),
            ),
            judge,
            self.wall_seconds,
        )


def judge(response: "requests.Response") -> Result:
    """A gateway that does not know us refuses everybody: the channel stops, nothing dies."""
    from reports.reminders.channels.http import by_status

    if response.status_code in {401, 403}:
        return Result(Outcome.STOP, f"短信网关拒绝登录（{response.status_code}）")
    return by_status(response)
