"""The product as real processes on instances of the drill's own, and a mail server that keeps a
log."""

import argparse
import contextlib
import datetime
import importlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.drills.instances import Postgres, Redis, free_port, instances, wait_until
from tests.reminders.smtp import Post, mail_server

ROOT = Path(__file__).resolve().parents[2]
SHANGHAI = datetime.timezone(datetime.timedelta(hours=8))
OPENED = datetime.datetime(2026, 12, 1, 10, 0, tzinfo=SHANGHAI)
TUESDAY = datetime.datetime(2027, 1, 12, 9, 5, tzinfo=SHANGHAI)
"""Three days before the deadline of 2026H2: a reminder is due."""
CELERY = [sys.executable, "-m", "celery", "-A", "tests.drills.shifted", "--quiet"]


def is_short() -> bool:
    """Whether the command line asks for the short form."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--short", action="store_true")
    return bool(parser.parse_args().short)


class House:
    """Starts parts of the product; ``post`` is its mail server."""

    def __init__(self, folder: Path, broker: Redis, database: Postgres, post: Post) -> None:
        self.folder, self.broker, self.database, self.post = folder, broker, database, post
        self.port = free_port()
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self, *command: str) -> None:
        with (self.folder / "log").open("ab") as log:
            self.processes.append(subprocess.Popen(list(command), cwd=ROOT, stdout=log, stderr=log))

    def workers(self, count: int) -> None:
        """``count`` workers of one process each."""
        for number in range(count):
            self.start(*CELERY, "worker", "--pool", "solo", "-n", f"w{number}", "-l", "WARNING")

    def beats(self, count: int) -> None:
        """``count`` schedules that know nothing of each other."""
        for number in range(count):
            self.start(*CELERY, "beat", "-s", str(self.folder / f"beat{number}"), "--pidfile=")

    def web(self, workers: int = 2) -> None:
        """So many web processes that answer, with the product's own settings of gunicorn."""
        self.start(sys.executable, "-m", "gunicorn", "--config", "python:wanzhou_water.web",
                   "--bind", f"127.0.0.1:{self.port}", "--workers", str(workers),
                   "tests.drills.shifted:application")  # fmt: skip
        from wanzhou_water.supervisor import answers

        wait_until(lambda: answers(self.port), "the web does not answer")

    def end(self) -> None:
        for process in self.processes:
            process.kill()
        for process in self.processes:
            process.wait()


@contextlib.contextmanager
def house(**environment: str) -> Iterator[House]:
    """An empty product on its own instances, its clock at TUESDAY; Django is set up here too.

    ``environment`` is what the product finds besides in its environment.
    """
    with (
        instances() as (broker, database),
        mail_server() as (post, port),
        tempfile.TemporaryDirectory() as name,
    ):
        set_up(name, DATABASE_URL=database.url, REDIS_URL=broker.url,
               EMAIL_URL=f"smtp://127.0.0.1:{port}",
               DRILL_SHIFT=str(TUESDAY.timestamp() - time.time()), **environment)  # fmt: skip
        importlib.import_module("tests.drills.shifted")  # the same clock here
        home = House(Path(name), broker, database, post)
        try:
            yield home
        finally:
            home.end()


def set_up(folder: str, **environment: str) -> None:
    """Django with this environment, here and in every process that is started from here."""
    for name in ("DATABASE_URL", "REDIS_URL", "EMAIL_URL"):
        os.environ.pop(name, None)
    os.environ.update({
        "DEBUG": "1", "HTTPS": "0", "VAR_DIR": folder, "LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "wanzhou_water.settings", **environment,
    })  # fmt: skip
    import django

    django.setup()


def make_tables(*, as_models: bool) -> None:
    """As the migrations make them; ``as_models``: at once as the models have them."""
    from django.apps import apps
    from django.conf import settings
    from django.core.management import call_command

    if as_models:
        settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}
    call_command("migrate", run_syncdb=as_models, verbosity=0)


def town(clerks: int, *, as_models: bool = False) -> Any:
    """Tables, plan and an open 2026H2 in which ``clerks`` reporters owe; every lead department
    has an approver, the receivers a coordinator. Returns the period."""
    from django.core.management import call_command

    from reports.actions.periods import open_period
    from reports.calendar import HalfYear
    from tasks.models import Plan

    make_tables(as_models=as_models)
    call_command("loadplan", verbosity=0)
    period, _ = open_period(plan=Plan.objects.get(), half_year=HalfYear(2026, 2), now=OPENED)
    leads = _leads(period)
    hire([(f"{body.code}-approver", body, "approver") for body in leads])
    hire([(f"{body.code}-coordinator", body, "coordinator")
          for body in leads if body.code in {"slj", "fgw"}])  # fmt: skip
    hire_clerks(period, clerks)
    return period


def _leads(period: Any) -> list[Any]:
    from departments.models import Department

    return list(Department.objects.filter(reports__period=period).distinct().order_by("order"))


def hire_clerks(period: Any, count: int) -> None:
    """``count`` more reporters, spread over the lead departments."""
    from departments.models import User

    leads, there = _leads(period), User.objects.filter(username__startswith="clerk").count()
    numbers = range(there, there + count)
    hire([(f"clerk{number}", leads[number % len(leads)], "reporter") for number in numbers])


def hire(jobs: list[tuple[str, Any, str]]) -> None:
    """People by name, department and role; two queries."""
    from departments.models import Membership, User

    users = User.objects.bulk_create(
        [User(username=name, name=name, email=f"{name}@wz.cn", must_change_password=False)
         for name, _, _ in jobs]
    )  # fmt: skip
    Membership.objects.bulk_create(
        [Membership(user=user, department=body, role=role, since=datetime.date(2020, 5, 15))
         for user, (_, body, role) in zip(users, jobs, strict=True)]
    )  # fmt: skip


def waiting() -> int:
    """How many deliveries are due or under way."""
    from reports.models import Delivery

    return Delivery.objects.filter(
        state__in=["pending", "claimed", "sending"], not_before__lte=TUESDAY.replace(hour=18)
    ).count()


def compare(name: str, post: Post) -> None:
    """The figures that every drill ends with: the database against the server's own log."""
    from reports.models import Delivery
    from tests.figures import exactly

    rows = list(Delivery.objects.values_list("message_id", "state"))
    sent = {key for key, state in rows if state == "sent"}
    unknown = {key for key, state in rows if state == "unknown"}
    exactly(f"{name}.waiting", waiting(), 0)
    exactly(f"{name}.lost", len(sent - set(post.ids)), 0)
    exactly(f"{name}.strays", len(set(post.ids) - sent - unknown), 0)
    exactly(f"{name}.twice", sum(count > 1 for count in post.ids.values()), 0)
