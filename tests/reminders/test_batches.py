"""A worker claims many, lets ten go by one commit, and writes down together what went quickly."""

import datetime
import time

import pytest

from reports.models import Attempt, Delivery, ReportingPeriod
from reports.reminders import checks, messages, worker
from reports.reminders import delivery as gate
from reports.reminders.channels.base import Watchdog
from reports.reminders.channels.mail import MailChannel
from reports.reminders.kinds import Kind
from reports.reminders.tick import tick
from reports.reminders.worker import drain
from tests.cast import Cast, person
from tests.reminders.smtp import Post
from tests.reminders.world import at

pytestmark = pytest.mark.django_db
State = Delivery.State
TUESDAY = at("2027-01-12T09:05")


@pytest.fixture
def crowd(period: ReportingPeriod, cast: Cast) -> None:
    """More people than one batch has room for."""
    for number in range(25):
        person(f"clerk{number}", "reporter", "cgj")


def test_no_commit_lets_more_than_ten_go(
    crowd: None, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    tick(TUESDAY)
    begun, under_way = gate.begin, []

    def counted(*rest: object) -> list[Delivery]:
        rows = begun(*rest)  # type: ignore[arg-type]
        under_way.append(Delivery.objects.filter(state=State.SENDING).count())
        return rows

    monkeypatch.setattr(gate, "begin", counted)
    drain(lambda: TUESDAY)
    assert max(under_way) == 10
    assert len(under_way) > 2
    assert set(post.ids.values()) == {1}
    assert set(Delivery.objects.values_list("state", flat=True)) == {State.SENT}


def test_every_message_has_its_evidence(crowd: None, post: Post) -> None:
    tick(TUESDAY)
    drain(lambda: TUESDAY)
    tries = Attempt.objects.filter(outcome="sent", at=TUESDAY)
    assert tries.count() == Delivery.objects.count() == len(post.taken) > 25


def test_what_is_sent_slowly_is_written_down_one_by_one(
    crowd: None, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    tick(TUESDAY)
    together, numbers = gate.settle_sent, []
    monkeypatch.setattr("reports.reminders.results.TOGETHER_SECONDS", 0)

    def noted(rows: list[Delivery], now: datetime.datetime) -> None:
        numbers.append(len(rows))
        together(rows, now)

    monkeypatch.setattr(gate, "settle_sent", noted)
    drain(lambda: TUESDAY)
    assert set(numbers) == {1}


def test_what_was_sent_before_an_error_is_written_down(
    crowd: None, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    tick(TUESDAY)
    send, count = MailChannel.send, iter(range(100))

    def stumble(self: MailChannel, *rest: object) -> gate.Result:
        if next(count) == 3:
            raise LookupError
        return send(self, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(MailChannel, "send", stumble)
    with pytest.raises(LookupError):
        drain(lambda: TUESDAY)
    sent = set(Delivery.objects.filter(state=State.SENT).values_list("message_id", flat=True))
    assert sent == set(post.ids)
    assert len(sent) == 3


def test_who_was_declared_unknown_meanwhile_and_did_arrive_is_sent(crowd: None, post: Post) -> None:
    tick(TUESDAY)
    first, second, third = gate.begin(gate.claim("mail", TUESDAY)[:3], TUESDAY)
    Delivery.objects.filter(pk__in=[first.pk, second.pk]).update(state=State.UNKNOWN)
    gate.settle_by_hand(second, second.notice.user, TUESDAY, arrived=True)
    gate.settle_sent([first, second, third], TUESDAY)
    rows = {row.pk: row for row in Delivery.objects.filter(pk__in=[first.pk, second.pk, third.pk])}
    assert {row.state for row in rows.values()} == {State.SENT}
    assert rows[second.pk].reason == "经人工确认已收到"
    late = Attempt.objects.get(delivery=second, outcome__startswith="late")
    assert late.outcome == "late sent"
    assert Attempt.objects.filter(delivery__in=[first, third], outcome="sent").count() == 2


def test_one_that_cannot_be_put_into_words_keeps_no_other(
    crowd: None, cast: Cast, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    tick(TUESDAY)
    plain = messages.message_of

    def stumble(notice, *rest, **more):  # type: ignore[no-untyped-def]
        if notice.user == cast.cgj_reporter and notice.kind == Kind.FILE:
            raise LookupError
        return plain(notice, *rest, **more)

    monkeypatch.setattr(worker, "message_of", stumble)
    drain(lambda: TUESDAY)
    row = Delivery.objects.get(notice__user=cast.cgj_reporter, notice__kind=Kind.FILE)
    assert (row.state, row.attempts) == (State.PENDING, 0)
    assert row.reason == "内容无法生成，请看日志"
    assert row.not_before == TUESDAY + datetime.timedelta(hours=1)
    others = Delivery.objects.exclude(pk=row.pk)
    assert set(others.values_list("state", flat=True)) == {State.SENT}


def test_whether_it_should_still_leave_is_asked_again_before_each_slow_batch(
    crowd: None, cast: Cast, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    tick(TUESDAY)
    asked = []

    def noted(rows: list[Delivery], now: datetime.datetime) -> dict[int, checks.Verdict]:
        asked.append(len(rows))
        return checks.verdicts(rows, now)

    monkeypatch.setattr(worker, "verdicts", noted)
    monkeypatch.setattr(worker, "ASK_AGAIN_SECONDS", -1)
    drain(lambda: TUESDAY)
    total = Delivery.objects.count()
    assert asked[0] == total
    assert asked[1:3] == [total, total - 10]


def test_a_watchdog_breaks_off_what_takes_too_long_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Watchdog, "CHECK_SECONDS", 0.02)
    calls: list[float] = []
    with Watchdog(lambda: calls.append(time.monotonic())) as dog:
        with dog.watch(5):
            time.sleep(0.1)
        time.sleep(0.1)
        assert calls == []
        with dog.watch(0.05):
            time.sleep(0.3)
        assert len(calls) == 1
    time.sleep(0.1)
    assert len(calls) == 1


@pytest.mark.parametrize("name", ["短", "很长的名字" * 20, "a" * 300])
def test_headers_are_folded_as_the_library_does(
    name: str, period: ReportingPeriod, cast: Cast, post: Post, settings: pytest.FixtureRequest
) -> None:
    settings.DEFAULT_FROM_EMAIL = f"{name} <jieshui@wz.cn>"
    tick(TUESDAY)
    drain(lambda: TUESDAY)
    assert set(post.ids) == set(Delivery.objects.values_list("message_id", flat=True))
    mail = post.taken[0]
    assert str(mail["From"]).startswith(name[:3])
    assert mail.get_body(("html",)) is not None
    assert mail.get_body(("plain",)) is not None
    assert mail.get_boundary() == f"=_{str(mail['Message-ID'])[1:41]}"
