import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from reports.models import Attempt, ChannelState, Delivery, Notice, ReportingPeriod, TickState
from reports.reminders import worker
from tests.cast import Cast
from wanzhou_water import health

State = Delivery.State
MINUTE = datetime.timedelta(minutes=1)
QUIET = {"oldest_due_seconds": None, "unknown": 0, "dead": 0, "held": 0, "stopped": []}


@pytest.fixture
def broker(settings: Settings, tmp_path: Path) -> Path:
    settings.REDIS_URL = ""
    settings.BROKER_DIR = tmp_path
    (tmp_path / "messages").mkdir()
    return tmp_path


@pytest.fixture
def ticking(broker: Path, period: ReportingPeriod) -> ReportingPeriod:
    """An open half-year whose last tick was a moment ago."""
    TickState.objects.create(at=timezone.now())
    return period


def ask() -> tuple[int, dict[str, Any]]:
    response = Client().get("/healthz")
    return response.status_code, response.json()


def delivery(period: ReportingPeriod, cast: Cast, state: str, **more: Any) -> Delivery:
    number = Delivery.objects.count()
    now = timezone.now()
    notice = Notice.objects.create(
        kind="file", slot=f"slot-{number}", period=period, user=cast.cgj_reporter,
        due_on=period.due_on, at=now, created_at=now,
    )  # fmt: skip
    return Delivery.objects.create(
        notice=notice, channel="mail", key=str(number), message_id=str(number), state=state,
        **{"not_before": now, **more},
    )  # fmt: skip


@pytest.mark.django_db
def test_it_answers_without_login_and_says_states_only(broker: Path) -> None:
    states = {"database": "ok", "broker": "ok", "last_tick_seconds": None, **QUIET}
    assert ask() == (200, states)


@pytest.mark.django_db
def test_a_broker_that_is_gone_is_a_503(broker: Path) -> None:
    (broker / "messages").rmdir()
    status, said = ask()
    assert (status, said["database"], said["broker"]) == (503, "ok", "down")


@pytest.mark.django_db
def test_a_redis_that_is_gone_is_a_503(settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    status, said = ask()
    assert (status, said["broker"]) == (503, "down")


@pytest.mark.django_db
def test_a_database_that_is_gone_is_a_503(broker: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OSError("gone")

    monkeypatch.setattr(connection, "cursor", refuse)
    assert ask() == (503, {"database": "down", "broker": "ok"})


@pytest.mark.django_db
@pytest.mark.parametrize(("minutes", "status"), [(0, 200), (4, 200), (6, 503), (6000, 503)])
def test_a_schedule_that_stands_still_is_a_503(
    minutes: int, status: int, ticking: ReportingPeriod
) -> None:
    TickState.objects.update(at=timezone.now() - minutes * MINUTE)
    code, said = ask()
    assert (code, said["last_tick_seconds"]) == (status, minutes * 60)


@pytest.mark.django_db
def test_a_new_installation_has_five_minutes_to_make_its_first_tick(
    broker: Path, period: ReportingPeriod, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ask()[0] == 200
    monkeypatch.setattr(health, "STARTED", health.STARTED - 400)
    status, said = ask()
    assert (status, said["last_tick_seconds"]) == (503, None)
    ReportingPeriod.objects.update(closed_at=timezone.now())
    assert ask()[0] == 200


@pytest.mark.django_db
@pytest.mark.parametrize(("minutes", "status"), [(14, 200), (16, 503)])
def test_what_is_due_and_does_not_leave_is_a_503(
    minutes: int, status: int, ticking: ReportingPeriod, cast: Cast
) -> None:
    now = timezone.now()
    delivery(ticking, cast, State.PENDING, not_before=now + 900 * MINUTE)
    delivery(ticking, cast, State.SENT, not_before=now - 900 * MINUTE)
    assert ask()[1]["oldest_due_seconds"] is None
    delivery(ticking, cast, State.PENDING, not_before=now - minutes * MINUTE)
    code, said = ask()
    assert (code, said["oldest_due_seconds"]) == (status, minutes * 60)


@pytest.mark.django_db
def test_a_channel_on_which_nothing_leaves_for_long_is_a_503_and_one_full_mailbox_is_none(
    ticking: ReportingPeriod, cast: Cast
) -> None:
    now = timezone.now()
    row = delivery(ticking, cast, State.PENDING, not_before=now + MINUTE, attempts=3)
    for minutes in (20, 10, 2):
        Attempt.objects.create(delivery=row, at=now - minutes * MINUTE, outcome="retry")
    status, said = ask()
    assert (status, said["oldest_due_seconds"]) == (503, 20 * 60)
    delivery(ticking, cast, State.SENT, settled_at=now - 5 * MINUTE)
    assert ask()[0] == 200


@pytest.mark.django_db
def test_what_waits_for_a_human_is_counted_and_is_no_503(
    ticking: ReportingPeriod, cast: Cast
) -> None:
    for state in (State.UNKNOWN, State.UNKNOWN, State.DEAD):
        delivery(ticking, cast, state)
    Notice.objects.update(held=True)
    code, said = ask()
    assert (code, said["unknown"], said["dead"], said["held"]) == (200, 2, 1, 3)


@pytest.mark.django_db
def test_a_stopped_channel_is_a_503_until_it_is_started(ticking: ReportingPeriod) -> None:
    ChannelState.objects.create(name="robot:7", free_at=timezone.now())
    worker.stop("mail", "refused", timezone.now())
    status, said = ask()
    assert (status, said["stopped"]) == (503, ["mail"])
    worker.start("mail")
    assert ask()[0] == 200


@pytest.mark.django_db
def test_it_asks_the_same_number_of_questions_however_much_there_is(
    ticking: ReportingPeriod, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    for state in (State.PENDING, State.UNKNOWN, State.DEAD) * 5:
        delivery(ticking, cast, state, attempts=1)
    with django_assert_max_num_queries(11):
        ask()
