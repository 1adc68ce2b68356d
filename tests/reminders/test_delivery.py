"""From a tick to a real mail server, and every answer it can give."""

import datetime

import pytest

from reports.actions.filing import submit_report
from reports.actions.periods import close_period
from reports.models import ChannelState, Delivery, Notice, ReportingPeriod
from reports.reminders import delivery as gate
from reports.reminders.kinds import Kind
from reports.reminders.tick import tick
from reports.reminders.worker import drain, start
from tests.cast import Cast, report_of
from tests.reminders.smtp import Post
from tests.reminders.world import at

pytestmark = pytest.mark.django_db
State = Delivery.State
TUESDAY = at("2027-01-12T09:05")
MINUTE = datetime.timedelta(minutes=1)


def remind(now: datetime.datetime) -> dict[str, int]:
    tick(now)
    return drain(lambda: now)


def states() -> dict[str, int]:
    found: dict[str, int] = {}
    for state in Delivery.objects.values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found


def to(post: Post, person: str) -> list[str]:
    return [str(m["Subject"]).strip() for m in post.taken if str(m["To"]) == f"{person}@wz.cn"]


def test_a_reporter_gets_one_mail_with_all_that_is_outstanding(
    period: ReportingPeriod, cast: Cast, post: Post
) -> None:
    remind(TUESDAY)
    assert to(post, "cgj_reporter") == [
        "2026年下半年还有 9 项进展情况未报送，1月15日（星期五）截止"
    ]
    body = next(m for m in post.taken if str(m["To"]) == "cgj_reporter@wz.cn")
    plain = body.get_body(("plain",)).get_content()
    report = report_of(period, "12.1")
    assert "截止时间：2027年1月15日（星期五）24时" in plain
    assert f"/reports/{report.pk}/" in plain
    assert "区水利局" in plain
    html = body.get_body(("html",)).get_content()
    assert html.count("<li>") == 9


def test_a_second_tick_and_a_second_drain_send_nothing(
    period: ReportingPeriod, cast: Cast, post: Post
) -> None:
    remind(TUESDAY)
    sent = len(post.taken)
    assert remind(TUESDAY + MINUTE) == {}
    assert len(post.taken) == sent
    assert set(post.ids.values()) == {1}
    assert set(states()) == {State.SENT}


def test_message_ids_are_those_of_the_database(
    period: ReportingPeriod, cast: Cast, post: Post
) -> None:
    remind(TUESDAY)
    assert set(post.ids) == set(Delivery.objects.values_list("message_id", flat=True))


def test_what_is_filed_between_plan_and_send_is_not_reminded(
    period: ReportingPeriod, cast: Cast, post: Post
) -> None:
    tick(TUESDAY)
    for report in period.reports.filter(department__code="cgj"):
        submit_report(
            report=report, by=cast.cgj_reporter,
            content={"progress": "完成。", "state": "on_track", "completion": 60},
        )  # fmt: skip
    drain(lambda: TUESDAY)
    assert to(post, "cgj_reporter") == []
    row = Delivery.objects.get(notice__user=cast.cgj_reporter, notice__kind=Kind.FILE)
    assert (row.state, row.reason) == (State.CANCELLED, "事项已办理或期限已变")


def test_what_was_partly_filed_lists_the_rest_only(
    period: ReportingPeriod, cast: Cast, post: Post
) -> None:
    tick(TUESDAY)
    submit_report(
        report=report_of(period, "12.1"), by=cast.cgj_reporter,
        content={"progress": "完成。", "state": "on_track", "completion": 60},
    )  # fmt: skip
    drain(lambda: TUESDAY)
    assert to(post, "cgj_reporter")[0].startswith("2026年下半年还有 8 项")


def test_a_cancelled_one_comes_back_when_it_is_owed_again(
    period: ReportingPeriod, cast: Cast, post: Post
) -> None:
    tick(TUESDAY)
    Delivery.objects.update(state=State.CANCELLED, reason="事项已办理或期限已变")
    remind(TUESDAY + MINUTE)
    assert len(to(post, "cgj_reporter")) == 1


def test_nothing_leaves_from_a_closed_period(
    period: ReportingPeriod, cast: Cast, post: Post
) -> None:
    tick(TUESDAY)
    close_period(period=period)
    drain(lambda: TUESDAY)
    assert post.taken == []


def test_who_left_is_not_written_to(period: ReportingPeriod, cast: Cast, post: Post) -> None:
    tick(TUESDAY)
    cast.cgj_reporter.memberships.update(until=datetime.date(2027, 1, 11))
    drain(lambda: TUESDAY)
    assert to(post, "cgj_reporter") == []
    row = Delivery.objects.get(notice__user=cast.cgj_reporter, notice__kind=Kind.FILE)
    assert row.reason == "收件人已离任"


def test_the_address_is_the_one_of_the_moment_of_sending(
    period: ReportingPeriod, cast: Cast, post: Post
) -> None:
    tick(TUESDAY)
    type(cast.cgj_reporter).objects.filter(pk=cast.cgj_reporter.pk).update(email="neu@wz.cn")
    drain(lambda: TUESDAY)
    assert len(to(post, "neu")) == 1


def test_scheduled_mail_waits_for_office_hours(
    period: ReportingPeriod, cast: Cast, post: Post
) -> None:
    evening = at("2027-01-12T18:30")
    remind(evening)
    assert post.taken == []
    assert Delivery.objects.filter(not_before=at("2027-01-13T09:00")).exists()
    remind(at("2027-01-13T09:00"))
    assert len(to(post, "cgj_reporter")) == 1


def test_a_worker_that_slept_into_the_evening_does_not_send(
    period: ReportingPeriod, cast: Cast, post: Post
) -> None:
    tick(TUESDAY)
    drain(lambda: at("2027-01-12T20:00"))
    assert post.taken == []


@pytest.mark.parametrize(
    ("answer", "state", "minutes"),
    [("421 busy", State.PENDING, 1), ("451 later", State.PENDING, 1), ("550 no", State.DEAD, None)],
)
def test_an_answer_to_the_recipient(
    answer: str, state: str, minutes: int | None, period: ReportingPeriod, cast: Cast, post: Post
) -> None:
    post.on_rcpt = lambda address: answer if address.startswith("cgj_reporter") else None
    remind(TUESDAY)
    row = Delivery.objects.get(notice__user=cast.cgj_reporter, notice__kind=Kind.FILE)
    assert row.state == state
    assert answer[:3] in row.reason
    if minutes:
        wait = row.not_before - TUESDAY
        assert MINUTE * minutes <= wait <= MINUTE * minutes * 1.2
    assert len(to(post, "cgj_colleague")) == 1
    assert row.tries.get().outcome == ("retry" if minutes else "dead")


def test_later_tries_wait_longer() -> None:
    minutes = [gate.backoff(count).total_seconds() / 60 for count in range(1, 9)]
    for waited, least in zip(minutes, (1, 5, 10, 20, 30, 60, 60, 60), strict=True):
        assert least <= waited <= least * 1.2


def test_a_refused_connection_is_tried_again_and_kills_nothing(
    period: ReportingPeriod, cast: Cast, settings: pytest.FixtureRequest, post: Post
) -> None:
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    remind(TUESDAY)
    assert set(states()) == {State.PENDING}
    settings.EMAIL_PORT = port
    remind(TUESDAY + 2 * MINUTE)
    assert len(to(post, "cgj_reporter")) == 1


def test_a_hang_after_the_last_byte_is_unknown_and_never_sent_again_by_itself(
    period: ReportingPeriod, cast: Cast, post: Post
) -> None:
    post.hang_seconds = 3
    post.on_data = lambda message: (
        "take and hang" if str(message["To"]).startswith("cgj_reporter") else None
    )
    remind(TUESDAY)
    row = Delivery.objects.get(notice__user=cast.cgj_reporter, notice__kind=Kind.FILE)
    assert row.state == State.UNKNOWN
    post.on_data = lambda message: None
    drain(lambda: at("2027-01-12T15:00"))
    assert post.ids[row.message_id] == 1
    assert len(to(post, "cgj_colleague")) == 1


def test_every_message_that_is_cut_off_after_its_last_byte_is_unknown_not_just_the_first(
    period: ReportingPeriod, cast: Cast, post: Post
) -> None:
    post.hang_seconds = 3
    post.on_data = lambda message: "take and hang" if "cgj_" in str(message["To"]) else None
    remind(TUESDAY)
    rows = Delivery.objects.filter(notice__user__username__startswith="cgj_")
    assert rows.count() > 1
    assert set(rows.values_list("state", flat=True)) == {State.UNKNOWN}
    post.on_data = lambda message: None
    drain(lambda: at("2027-01-12T15:00"))
    assert set(post.ids.values()) == {1}


def test_a_human_settles_what_is_unknown(period: ReportingPeriod, cast: Cast, post: Post) -> None:
    tick(TUESDAY)
    Delivery.objects.update(state=State.UNKNOWN)
    first, second = Delivery.objects.filter(notice__kind=Kind.FILE).order_by("pk")[:2]
    gate.settle_by_hand(first, cast.slj_coordinator, TUESDAY, arrived=True)
    gate.settle_by_hand(second, cast.slj_coordinator, TUESDAY, arrived=False)
    drain(lambda: TUESDAY)
    assert post.ids == {second.message_id: 1}
    first.refresh_from_db()
    assert (first.state, first.reason) == (State.SENT, "经人工确认已收到")
    assert first.tries.get().by == cast.slj_coordinator


def test_a_refused_login_stops_the_channel_and_nothing_dies(
    period: ReportingPeriod, cast: Cast, post: Post
) -> None:
    post.on_rcpt = lambda address: "530 authentication required"
    remind(TUESDAY)
    assert ChannelState.objects.get(name="mail").stopped_at is not None
    assert set(states()) == {State.PENDING}
    post.on_rcpt = lambda address: None
    assert remind(TUESDAY + 10 * MINUTE) == {}
    start("mail")
    remind(TUESDAY + 20 * MINUTE)
    assert len(to(post, "cgj_reporter")) == 1
    assert set(post.ids.values()) == {1}


def test_a_worker_that_died_before_the_first_byte_loses_nothing(
    period: ReportingPeriod, cast: Cast, post: Post
) -> None:
    tick(TUESDAY)
    claimed = gate.claim("mail", TUESDAY)
    assert len(claimed) == Delivery.objects.count()
    later = TUESDAY + gate.CLAIM_LEASE + MINUTE
    drain(lambda: later)
    assert set(post.ids) == set(Delivery.objects.values_list("message_id", flat=True))


def test_a_worker_that_died_while_sending_leaves_unknown_ones(
    period: ReportingPeriod, cast: Cast, post: Post
) -> None:
    tick(TUESDAY)
    begun = gate.begin(gate.claim("mail", TUESDAY), TUESDAY)
    drain(lambda: TUESDAY + gate.SEND_LEASE + MINUTE)
    assert states()[State.UNKNOWN] == len(begun) > 0
    assert not set(post.ids) & {row.message_id for row in begun}


def test_a_claim_that_ran_out_sends_nothing(
    period: ReportingPeriod, cast: Cast, post: Post
) -> None:
    tick(TUESDAY)
    stopped = gate.claim("mail", TUESDAY)
    later = TUESDAY + gate.CLAIM_LEASE + MINUTE
    gate.recover(later)
    assert gate.begin(stopped, later) == []


def test_after_a_month_without_a_tick_a_human_releases(
    period: ReportingPeriod, cast: Cast, post: Post
) -> None:
    tick(at("2026-12-01T12:00"))
    drain(lambda: at("2026-12-01T12:00"))
    post.taken.clear()
    remind(TUESDAY)
    assert post.taken == []
    held = Notice.objects.filter(held=True)
    assert held.count() > 0
    assert not Notice.objects.visible_to(cast.cgj_reporter).filter(slot="before-2").exists()
    gate.release(list(held), cast.slj_coordinator, TUESDAY)
    drain(lambda: TUESDAY)
    assert len(to(post, "cgj_reporter")) == 1


def test_acceptance_goes_to_the_inbox_only(period: ReportingPeriod, cast: Cast, post: Post) -> None:
    from reports.actions.approval import approve_reports
    from reports.actions.review import accept_report

    report = report_of(period, "12.1")
    submit_report(
        report=report, by=cast.cgj_reporter,
        content={"progress": "完成。", "state": "on_track", "completion": 60},
    )  # fmt: skip
    approve_reports(reports=[report], by=cast.cgj_approver)
    accept_report(report=report, by=cast.slj_coordinator, assessed_state="on_track")
    tick(at("2027-01-05T10:00"))
    notice = Notice.objects.get(kind=Kind.ACCEPTED)
    assert notice.user == cast.cgj_reporter
    assert not notice.deliveries.exists()
    assert report in notice.reports.all()
