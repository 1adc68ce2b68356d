"""Requests a second of the product's pages, beside bare pages on the same server.

130 half-years (6,890 reports with texts and events) and 38 plans of that size are written in bulk
into a PostgreSQL of the benchmark's own; the web server is started as docker-compose.yml starts
it. A page's requests come in short bursts, one after the other, every burst of pages beside one of
the bare pages; of several bursts the fastest counts, so that what else the machine does meanwhile
disturbs little. Growth is that of the page's time in multiples of the bare list's.
"""

import argparse
import contextlib
import dataclasses
import datetime
import http.client
import itertools
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.drills.instances import free_port, postgres, wait_until
from tests.figures import ROOT, at_least, at_most, told
from tests.house.compose import fill_in, read_compose

BURST, ROUNDS, SHORT_ROUNDS = 8, 8, 3
PLANS = 38
SLUG = "wanzhou-2020-50"
LEAST = {"overview": ("list", 0.5), "matrix": ("cells", 0.5)}
"""Of which bare page a page has to reach how much; the others a quarter of the list, also the two
where they are drawn anew for each request."""
MOST_GROWTH = 1.2


@dataclasses.dataclass
class Page:
    """One address, asked as ``person``; ``times`` are seconds, a list for each burst.

    ``changes`` is a report (id) that is changed before every request, so that nothing that was
    drawn before can be shown again.
    """

    path: str
    person: str
    changes: int | None = None
    times: list[list[float]] = dataclasses.field(default_factory=list)

    @property
    def best(self) -> float:
        """Seconds per request in the fastest burst."""
        return min(sum(burst) / len(burst) for burst in self.times)

    def percentile(self, share: float) -> float:
        """Milliseconds within which ``share`` of all requests was answered."""
        found = sorted(second for burst in self.times for second in burst)
        return 1000 * found[min(len(found) - 1, int(share * len(found)))]


@dataclasses.dataclass(frozen=True)
class Site:
    """The running server, and the sessions of who is signed in."""

    port: int
    sessions: dict[str, str]

    def ask(self, page: Page) -> float:
        """One request; how many seconds it took. RuntimeError where it is no page."""
        headers = {
            "Host": "bench.local", "X-Forwarded-Proto": "https", "X-Forwarded-For": "127.0.0.1",
            "Cookie": f"sessionid={self.sessions[page.person]}",
        }  # fmt: skip
        if page.changes:
            change(page.changes)
        begun = time.perf_counter()
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port)) as connection:
            connection.request("GET", page.path, headers=headers)
            answer = connection.getresponse()
            body = answer.read()
        took = time.perf_counter() - begun
        if answer.status != 200 or len(body) < 1000:
            raise RuntimeError(f"{page.path} answers {answer.status}, {len(body)} bytes")
        return took


def change(report: int) -> None:
    """Another deadline than any before."""
    from reports.models import Report

    later = datetime.date(2090, 1, 1) + datetime.timedelta(next(DAYS))
    Report.objects.filter(pk=report).update(extended_due_on=later)


DAYS = itertools.count()


def main() -> None:
    """Fill step by step, and measure at each step."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--short", action="store_true", help="fewer bursts")
    rounds = SHORT_ROUNDS if parser.parse_args().short else ROUNDS
    with postgres() as database, tempfile.TemporaryDirectory() as folder:
        set_up(folder, database.url)
        growth: dict[str, dict[str, float]] = {}
        with web(folder) as port:
            for step in fill():
                pages = pages_of()
                measure(Site(port, sign_in()), pages, rounds)
                tell(step, pages)
                growth[step] = {name: page.best / pages["bare.list"].best
                                for name, page in pages.items()}  # fmt: skip
        compare(growth, "1plan.13", "1plan.130")
        compare(growth, "1plan.130", f"{PLANS}plans.130")


def set_up(folder: str, url: str) -> None:
    """Django as production has it, tables and plan."""
    os.environ.update(
        DJANGO_SETTINGS_MODULE="tests.bench.settings", DATABASE_URL=url, VAR_DIR=folder,
        SECRET_KEY="only-for-the-benchmark" * 3, ALLOWED_HOSTS="bench.local", PROXY_COUNT="1",
        DEBUG="0", EMAIL_URL="smtp://127.0.0.1:9", LOG_LEVEL="ERROR",
    )  # fmt: skip
    os.environ.pop("REDIS_URL", None)
    from tests.bench.clock import shift

    shift()
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("loadplan", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)


@contextlib.contextmanager
def web(folder: str) -> Iterator[int]:
    """The web server of docker-compose.yml on a free port."""
    service, port = read_compose()["services"]["web"], free_port()
    command = [sys.executable, *service["command"][1:-1], "tests.bench.site"]
    workers = fill_in(service["environment"]["WEB_WORKERS"], {})
    environment = {**os.environ, "BIND": f"127.0.0.1:{port}", "WEB_WORKERS": workers}
    log = Path(folder) / "web.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
        try:
            wait_until(lambda: is_there(port), "the web does not answer")
            told("pages.web_workers", workers)
            yield port
        finally:
            process.terminate()
            process.wait()


def is_there(port: int) -> bool:
    """Whether the server says that it is well."""
    with (
        contextlib.suppress(OSError),
        contextlib.closing(http.client.HTTPConnection("127.0.0.1", port)) as connection,
    ):
        connection.request("GET", "/healthz", headers={"Host": "bench.local"})
        return connection.getresponse().status < 600
    return False


def fill() -> Iterator[str]:
    """1, 13 and 130 half-years of one plan, then 38 plans; yields the name of each step."""
    from django.db import connection, transaction

    from reports.models import Report, ReportEvent
    from tasks.models import Plan
    from tests.bench.clock import NEWEST
    from tests.bench.districts import multiply
    from tests.bench.years import hire_staff, live

    plan = Plan.objects.get()
    staff = hire_staff(plan)
    for first, last in ((0, 0), (1, 12), (13, 129)):
        with transaction.atomic():
            live(plan, [NEWEST.shifted(-back) for back in range(first, last + 1)], staff, NEWEST)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        yield f"1plan.{last + 1}"
    multiply(PLANS - 1)
    told("pages.reports", Report.objects.count())
    told("pages.events", ReportEvent.objects.count())
    yield f"{PLANS}plans.130"


def sign_in() -> dict[str, str]:
    """A session for each person whose pages are asked."""
    from departments.models import User
    from tests.sessions import session_of

    people = User.objects.filter(username__in=["slj-coordinator", "cgj-reporter"])
    return {user.username: session_of(user) for user in people}


def pages_of() -> dict[str, Page]:
    """The pages that are measured, in the order of the figures."""
    from django.urls import reverse

    from reports.models import ReportingPeriod
    from reports.states import IN_HAND, OPEN
    from tests.bench.clock import NEWEST

    period = ReportingPeriod.objects.get(plan__slug=SLUG, year=NEWEST.year, half=NEWEST.half)
    form = period.reports.filter(department__code="cgj", status__in=OPEN).order_by("pk")[0]
    addresses = {
        "bare.list": f"/bare/list/{period.pk}/",
        "bare.cells": f"/bare/cells/{period.plan_id}/",
        "home": "/",
        "tasks": reverse("task-list", args=[SLUG]),
        "task": reverse("task-detail", args=[SLUG, 20]),
        "form": reverse("report", args=[form.pk]),
        "overview": reverse("overview", args=[SLUG, NEWEST.code]),
        "matrix": reverse("matrix", args=[SLUG]),
        "indicators": reverse("indicator-list", args=[SLUG]),
        "history": reverse("item-history", args=[SLUG, 12, 1]),
        "history.department": reverse("department-history", args=[SLUG, "slj"]),
        "review": reverse("review-queue"),
    }
    people = {"form": "cgj-reporter"}
    pages = {name: Page(path, people.get(name, "slj-coordinator"))
             for name, path in addresses.items()}  # fmt: skip
    filed = period.reports.filter(status__in=IN_HAND).order_by("pk")[0].pk
    for name in ("overview", "matrix"):
        pages[f"{name}.drawn"] = dataclasses.replace(pages[name], changes=filed, times=[])
    return pages | {"home.reporter": Page("/", "cgj-reporter")}


def measure(site: Site, pages: dict[str, Page], rounds: int) -> None:
    """Warm every worker, then burst after burst, page by page.

    A page that is kept is warmed again before each burst: what it is drawn from was changed
    since, and what a page costs that is drawn anew is a figure of its own.
    """
    for page in pages.values():
        warm(site, page)
    for _ in range(rounds):
        for name, page in pages.items():
            if f"{name}.drawn" in pages:
                warm(site, page)
            page.times.append([site.ask(page) for _ in range(BURST)])


def warm(site: Site, page: Page) -> None:
    for _ in range(BURST):
        site.ask(page)


def tell(step: str, pages: dict[str, Page]) -> None:
    """The figures of each page, and how much of the bare page it reaches."""
    for name, page in pages.items():
        told(f"pages.{step}.{name}.requests_a_second", round(1 / page.best, 1))
        told(f"pages.{step}.{name}.p50_ms", round(page.percentile(0.5), 1))
        told(f"pages.{step}.{name}.p99_ms", round(page.percentile(0.99), 1))
        if not name.startswith("bare."):
            bare, least = LEAST.get(name, ("list", 0.25))
            reached = pages[f"bare.{bare}"].best / page.best
            at_least(f"pages.{step}.{name}.of_bare_{bare}", reached, least)


def compare(growth: dict[str, dict[str, float]], before: str, after: str) -> None:
    """How much longer each page takes after than before."""
    for name in growth[before]:
        if not name.startswith("bare."):
            grown = growth[after][name] / growth[before][name]
            at_most(f"pages.{name}.growth_from_{before}_to_{after}", grown, MOST_GROWTH)


if __name__ == "__main__":
    main()
