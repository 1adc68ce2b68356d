"""A workbook of 6,890 rows comes in over the web, is read and written by the background; another
department's pages are asked all the while, and a colleague writes in the same reports.

Whatever the colleague wrote meanwhile is shown in the preview, or keeps the import from being
written, and stays. Every process is a real one: three of gunicorn, as in production, one of Celery.
"""

import contextlib
import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.bench.large_plan import LEAD, large_plan
from tests.drills.house import House, hire, house, is_short
from tests.drills.instances import wait_until
from tests.drills.visitors import Answer, Visitor, Watch
from tests.figures import at_most, exactly, told

COPIES, SHORT_COPIES = 130, 52
"""The annex so many times over: 6,890 rows, in the short form 2,756."""
IDLE_SECONDS = 5
SLOWEST_SECONDS = 1.0
"""So long another person's page may take at most while the import is at work on two cores."""
NEIGHBOUR = "cgj"
LOCKED = "已锁定，不会写入"
PRODUCTION = {"DEBUG": "0", "SECRET_KEY": "only-for-the-drill" * 3, "ALLOWED_HOSTS": "127.0.0.1"}


def main() -> None:
    """From the upload to the last draft."""
    copies = SHORT_COPIES if is_short() else COPIES
    with tempfile.TemporaryDirectory() as static, house(**PRODUCTION, STATIC_ROOT=static) as home:
        from django.core.management import call_command

        call_command("collectstatic", verbosity=0, interactive=False)
        period, _ = large_plan(copies)
        own = settle_neighbour(period)
        content = filled_in(home.folder)
        home.workers(1)
        home.web(workers=3)
        told("imports.rows", 53 * copies)
        told("imports.file_kb", len(content) // 1024)
        with watched(home, own) as watch:
            Import(home, watch, content, period).run()


def settle_neighbour(period: Any) -> Any:
    """Another department with one report of its own, and a colleague; returns that report."""
    from departments.models import Department
    from reports.actions.owing import owe_reports
    from tasks.models import Assignment, WorkItem

    body = Department.objects.get(code=NEIGHBOUR)
    mine = Assignment.objects.leads().filter(department=body).order_by("pk")[0]
    WorkItem.objects.filter(pk=mine.work_item_id).update(withdrawn_on=None)
    Assignment.objects.filter(pk=mine.pk).update(withdrawn_on=None)
    owe_reports(period, Assignment.objects.filter(pk=mine.pk))
    lead = Department.objects.get(code=LEAD)
    hire([("neighbour", body, "reporter"), ("colleague", lead, "reporter"),
          ("approver", lead, "approver")])  # fmt: skip
    return period.reports.get(department=body)


def filled_in(folder: Path) -> bytes:
    """The clerk's workbook with a word more in each row."""
    from tests.bench.ledger_steps import FILLED_IN, fill_in

    fill_in(folder)
    return (folder / FILLED_IN).read_bytes()


@contextlib.contextmanager
def watched(home: House, own: Any) -> Iterator[Watch]:
    """The neighbour asks for home, a task and the form, and saves it, over and over."""
    from django.urls import reverse

    neighbour = Visitor(home.port, "neighbour")
    form, task = reverse("report", args=[own.pk]), own.assignment.work_item.task
    watch = Watch({
        "home": lambda: neighbour.get("/"),
        "task": lambda: neighbour.get(reverse("task-detail", args=[task.plan.slug, task.number])),
        "form": lambda: neighbour.get(form),
        "save": lambda: save(neighbour, own.pk, "邻居在写。"),
    })  # fmt: skip
    for ask in watch.errands.values():
        ask()
    watch.phase = "idle"
    watch.start()
    try:
        yield watch
    finally:
        watch.stop()
    for phase, seconds in watch.seconds.items():
        told(f"imports.{phase}.pages_asked", len(seconds))
        at_most(f"imports.{phase}.slowest_page_seconds", max(seconds), SLOWEST_SECONDS)
    exactly("imports.pages_failed", len(watch.failed), 0)


def save(visitor: Visitor, pk: int, text: str, **more: str) -> Answer:
    """Save the report ``pk`` with ``text`` in front of its progress."""
    from django.urls import reverse

    from reports.models import Report

    report = Report.objects.get(pk=pk)
    typed = {name: "" if value is None else value for name, value in report.content().items()
             if name != "indicator_values"}  # fmt: skip
    typed |= {"progress": text, "version": report.version, **more}
    return visitor.post(reverse("report-save", args=[pk]), typed)


class Import:
    """The clerk's way with the workbook ``content``, and a colleague who writes meanwhile."""

    def __init__(self, home: House, watch: Watch, content: bytes, period: Any) -> None:
        from departments.models import Department

        self.watch, self.content, self.period = watch, content, period
        self.clerk = Visitor(home.port, "clerk")
        self.colleague = Visitor(home.port, "colleague")
        lead = Department.objects.get(code=LEAD)
        self.reports = list(
            period.reports.filter(department=lead).order_by("pk").values_list("pk", flat=True)
        )

    def run(self) -> None:
        """Read; look at the preview; be refused, since somebody wrote; look again; write."""
        saved, filed, late = self.reports[0], self.reports[1], self.reports[-1]
        time.sleep(IDLE_SECONDS)
        self.upload()
        save(self.colleague, saved, "同事先写的。")
        save(self.colleague, filed, "同事先报的。", submit="1")
        self.wait("reading", {"waiting", "reading"})
        exactly("imports.preview.conflicts", self.confirm(), [saved])
        shown = all(text in self.page for text in ("同事先写的。", "同事先报的。", LOCKED))
        exactly("imports.preview.shows_what_was_written", shown, True)
        self.wait("claiming", {"queued"})
        save(self.colleague, late, "写入当中同事写的。")
        self.wait("writing", {"queued", "writing"})
        exactly("imports.confirmed.state", self.made.state, "ready")
        exactly("imports.confirmed.says_why", "又有改动" in self.made.sentence, True)
        exactly("imports.confirmed.written", self.made.changes.count(), 0)
        exactly("imports.again.conflicts", self.confirm(), [saved, late])
        self.wait("writing_again", {"queued", "writing"})
        exactly("imports.again.state", self.made.state, "done")
        exactly("imports.again.written", self.made.changes.count(), len(self.reports) - 3)
        exactly("imports.filed_meanwhile", self.period.reports.get(pk=filed).status, "pending")
        self.watch.phase = "after"
        texts = dict(self.period.reports.values_list("pk", "progress"))
        kept = {saved: "同事先写的。", filed: "同事先报的。", late: "写入当中同事写的。"}
        exactly("imports.overwritten", sum(texts[pk] != text for pk, text in kept.items()), 0)
        others = [texts[pk] for pk in self.reports if pk not in kept]
        exactly("imports.not_written", sum(not text.endswith("补") for text in others), 0)

    def upload(self) -> None:
        """Over the web, as the clerk drops it."""
        from django.core.files.uploadedfile import SimpleUploadedFile
        from django.urls import reverse

        from reports.models import WorkbookImport

        self.watch.phase = "upload"
        file = SimpleUploadedFile("填报表.xlsx", self.content)
        address = reverse("workbook-upload", args=[self.period.pk])
        answer = self.clerk.post(address, {"files": [file]})
        told("imports.upload.seconds", round(answer.seconds, 2))
        self.address = answer.place
        self.made = WorkbookImport.objects.get()

    def wait(self, phase: str, states: set[str]) -> None:
        """Until the import is in none of ``states``, which its page tells its script."""
        self.watch.phase, begun = phase, time.monotonic()

        def over() -> bool:
            self.made.refresh_from_db()
            return self.made.state not in states

        wait_until(over, f"{phase} does not end", 240)
        told(f"imports.{phase}.seconds", round(time.monotonic() - begun, 2))

    def confirm(self) -> list[int]:
        """Look at the preview, take what stands in the web wherever that is asked, and confirm.

        Returns the reports that are asked about.
        """
        self.watch.phase = "preview"
        page = self.clerk.get(self.address)
        told("imports.preview.seconds", round(page.seconds, 2))
        seen = re.search(r'name="seen" value="(\w+)"', page.text)
        if seen is None:
            raise RuntimeError(f"no preview: {page.status}")
        self.page = page.text
        asked = sorted({int(pk) for pk in re.findall(r'name="choice-(\d+)"', page.text)})
        choices = {f"choice-{pk}": "web" for pk in asked}
        data = {"seen": seen[1], "valid_only": "1", **choices}
        answer = self.clerk.post(f"{self.address}confirm/", data)
        told("imports.confirm.seconds", round(answer.seconds, 2))
        self.made.refresh_from_db()
        return asked


if __name__ == "__main__":
    main()
