"""The SMS gateway against a real web server."""

import pytest

from reports.models import ChannelState, ContactPoint, Delivery, ReportingPeriod
from reports.reminders.tick import tick
from reports.reminders.worker import drain, start
from tests.cast import Cast
from tests.reminders.gateway import Gateway
from tests.reminders.smtp import Post
from tests.reminders.world import at

pytestmark = pytest.mark.django_db
TUESDAY = at("2027-01-12T09:05")
State = Delivery.State


@pytest.fixture
def phone(
    period: ReportingPeriod, cast: Cast, post: Post, gateway: Gateway,
    settings: pytest.FixtureRequest,
) -> ContactPoint:  # fmt: skip
    """A reporter's telephone; the gateway is the local server."""
    settings.SMS_URL, settings.SMS_TOKEN = f"http://127.0.0.1:{gateway.port}/send", "s3cret"
    return ContactPoint.objects.create(
        channel="sms", user=cast.cgj_reporter, label="手机", address="13800000000"
    )


def remind() -> Delivery:
    tick(TUESDAY)
    drain(lambda: TUESDAY)
    return Delivery.objects.get(channel="sms")


def test_a_telephone_gets_one_sentence_and_the_way_to_the_rest(
    phone: ContactPoint, gateway: Gateway
) -> None:
    row = remind()
    (got,) = gateway.got
    assert row.state == State.SENT
    assert (got["mobile"], got["id"]) == ("13800000000", row.message_id)
    assert got["content"].startswith("2026年下半年还有 9 项进展情况未报送")
    assert got["content"].endswith("/notices/")
    assert gateway.keys == ["Bearer s3cret"]


def test_a_gateway_that_does_not_know_us_stops_the_channel_and_nothing_dies(
    phone: ContactPoint, gateway: Gateway
) -> None:
    gateway.status = 401
    assert remind().state == State.PENDING
    assert ChannelState.objects.get(name="sms").stopped_at
    gateway.status = 200
    assert remind().state == State.PENDING
    start("sms")
    Delivery.objects.filter(channel="sms").update(not_before=TUESDAY)
    assert remind().state == State.SENT


def test_without_a_gateway_the_channel_stops_and_says_so(
    phone: ContactPoint, settings: pytest.FixtureRequest
) -> None:
    settings.SMS_URL = ""
    assert remind().state == State.PENDING
    assert "SMS_URL" in ChannelState.objects.get(name="sms").reason


@pytest.mark.parametrize(
    ("status", "misdeed", "state"),
    [(400, "", State.DEAD), (503, "", State.PENDING), (200, "cut", State.UNKNOWN)],
)
def test_what_the_gateway_answers_is_classified(
    status: int, misdeed: str, state: str, phone: ContactPoint, gateway: Gateway
) -> None:
    gateway.status, gateway.misdeed = status, misdeed
    assert remind().state == state


def test_the_gateway_has_to_be_listed(
    phone: ContactPoint, gateway: Gateway, settings: pytest.FixtureRequest
) -> None:
    settings.NOTIFY_HOSTS = []
    assert remind().state == State.DEAD
    assert gateway.got == []
