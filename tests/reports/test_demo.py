"""The demo: who signs in, what is there, and that production refuses it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client, override_settings
from pytest_django import DjangoDbBlocker

from departments.models import Membership
from reports.models import Report, ReportEvent, ReportingPeriod
from reports.states import Status
from tasks.models import Plan
from tests.conftest import standing_plan
from tests.kept import Beginnings

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def told(
    django_db_setup: Beginnings,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Path]:
    """The demo is told once; the module's transaction is rolled back at its end."""
    folder = tmp_path_factory.mktemp("demo")
    with django_db_blocker.unblock(), transaction.atomic():
        standing_plan(django_db_setup)
        with override_settings(DEMO=True, VAR_DIR=folder):
            call_command("demo", "--password", "demo-pass-1234", verbosity=0)
        yield folder
        transaction.set_rollback(True)


@pytest.fixture
def demo(told: Path, db: None, settings: LazySettings) -> Path:
    settings.DEMO, settings.VAR_DIR = True, told
    return told


def test_production_refuses(plan: Plan, settings: LazySettings) -> None:
    settings.DEMO = settings.DEBUG = False
    with pytest.raises(CommandError, match="生产环境"):
        call_command("demo")


def test_two_past_half_years_and_a_part_of_the_current_one(demo: Path) -> None:
    current, *past = ReportingPeriod.objects.order_by("-year", "-half")
    assert len(past) == 2
    for period in past:
        assert period.is_closed
        assert period.reports.count() == 53
        statuses = set(period.reports.values_list("status", flat=True))
        assert statuses == {Status.ACCEPTED, Status.EXEMPT}
        assert 0 < period.reports.filter(late=True).count() < 10
    assert current.reports.in_hand().count() > 5
    assert len(set(current.reports.values_list("status", flat=True))) >= 5


def test_12_1_of_the_current_half_year_is_left_unfilled(demo: Path) -> None:
    newest = ReportingPeriod.objects.order_by("-year", "-half")[0]
    report = Report.objects.get(
        period=newest, assignment__work_item__task__number=12, assignment__work_item__row=1
    )
    assert (report.status, report.progress) == (Status.BLANK, "")


def test_nothing_happened_in_the_future(demo: Path) -> None:
    from django.utils import timezone

    assert not ReportEvent.objects.filter(at__gt=timezone.now()).exists()


def test_every_lead_has_a_reporter_and_an_approver_who_can_sign_in(demo: Path) -> None:
    assert Membership.objects.filter(role="reporter").count() == 16
    assert Membership.objects.filter(role="approver").count() == 15
    client = Client()
    form = {"username": "cgj-reporter", "password": "demo-pass-1234"}
    assert client.post("/login/", form).status_code == 302
    assert "cgj-reporter" in (demo / "demo-accounts.txt").read_text(encoding="utf-8")
    assert (demo / "demo-accounts.txt").stat().st_mode & 0o077 == 0


def test_a_second_run_changes_nothing(demo: Path) -> None:
    before = ReportEvent.objects.count()
    call_command("demo", "--password", "another-pass-1", verbosity=0)
    assert ReportEvent.objects.count() == before
    assert "demo-pass-1234" in (demo / "demo-accounts.txt").read_text(encoding="utf-8")


def test_the_banner_stands_above_every_page(demo: Path) -> None:
    assert "演示数据" in Client().get("/login/").content.decode()
