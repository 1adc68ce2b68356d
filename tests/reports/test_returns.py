"""What the reviewer said with a return and what the approver said inside: who reads which, when."""

import dataclasses
import datetime
import html
import importlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import time_machine
from django.apps import apps
from django.db import connection
from django.test import Client

from departments.models import User
from reports.actions.approval import approve_reports, send_back
from reports.actions.exemption import exempt_report
from reports.actions.filing import submit_report, withdraw_report
from reports.actions.paper import record_paper
from reports.actions.review import return_report
from reports.archive import build
from reports.archive.build import build_archive
from reports.archive.scope import tables
from reports.models import Report, ReportEvent, ReportingPeriod
from reports.selectors.timeline import timeline_of
from tests.archive.readback import Export
from tests.cast import Cast, report_of
from tests.reports.steps import TEXT, filed, submitted

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]
RETURNED, INNER = "请补充里程的依据", "内部的话：别写这一段"
NOTICE = re.compile(r'<section class="card notice" aria-label="退回[^"]*">.*?</section>', re.DOTALL)
BY_REVIEWER, BY_APPROVER = f"区水利局退回：{RETURNED}", f"审签人退回：{INNER}"
REVIEWED = f"区水利局已退回补正：{RETURNED}"
READ = {Report, ReportEvent}


@dataclasses.dataclass
class Walk:
    """12.1 of 区城管局, filed once; looked at by everybody after each step."""

    report: Report
    cast: Cast
    login: Login
    folder: Path

    def boxes(self, name: str) -> list[str]:
        """What the notices of the report's page say to that person, the deadline left out."""
        answer = self.login(getattr(self.cast, name)).get(f"/reports/{self.report.pk}/")
        assert answer.status_code == 200
        found = NOTICE.findall(answer.content.decode())
        return [html.unescape(re.sub(r"<[^>]+>", "", box)).split()[0] for box in found]

    def everywhere(self, name: str) -> str:
        """All that the person's page of the report says, the timeline included."""
        answer = self.login(getattr(self.cast, name)).get(f"/reports/{self.report.pk}/")
        return str(answer.content.decode())

    def exported(self) -> tuple[dict[str, Any], list[str]]:
        """The report's row in the receivers' export, and all comments of its steps; the other
        tables are left out of it."""
        out = self.folder / "all.zip"
        out.unlink(missing_ok=True)
        reader = self.cast.slj_coordinator
        chosen = [table for table in tables(everything=False) if table.model in READ]
        with mock.patch.object(build, "tables", return_value=chosen):
            build_archive(plan=self.report.period.plan, out=out, reader=reader)
        export = Export(out)
        rows = export.tables["reports.Report"]
        row = next(row for row in rows if row["编号"] == self.report.pk)
        said = [event["意见"] for event in export.tables["reports.ReportEvent"] if event["意见"]]
        return row, said

    def looks(self, *, lead: list[str], receivers: list[str], auditor: list[str]) -> None:
        """Everybody's page, and the row that leaves: of inner words nothing, before the filing."""
        people = {
            "cgj_reporter": lead,
            "cgj_approver": lead,
            "slj_coordinator": receivers,
            "fgw_coordinator": receivers,
            "auditor": auditor,
            "zjw_reporter": [],
        }
        assert {name: self.boxes(name) for name in people} == people
        row, said = self.exported()
        assert (row["退回意见"] or "") == (RETURNED if receivers else "")
        assert not row["审签人退回意见"]
        assert RETURNED in said

    def keeps_inside(self) -> None:
        for name in ("slj_coordinator", "fgw_coordinator", "auditor", "zjw_reporter"):
            assert INNER not in self.everywhere(name), name
        assert INNER not in self.exported()[1]


@pytest.fixture
def walk(
    period: ReportingPeriod,
    cast: Cast,
    login: Login,
    now: time_machine.Traveller,
    tmp_path: Path,
    settings: Any,
) -> Walk:
    settings.MEDIA_ROOT = tmp_path / "media"
    report = filed(report_of(period, "12.1"), cast)
    now.shift(3600)
    return Walk(report, cast, login, tmp_path)


def returned(walk: Walk) -> None:
    return_report(report=walk.report, by=walk.cast.slj_coordinator, comment=RETURNED)


def sent_back_inside(walk: Walk) -> None:
    """Returned, submitted anew, and sent back by the approver."""
    returned(walk)
    submit_report(report=walk.report, by=walk.cast.cgj_reporter)
    send_back(report=walk.report, by=walk.cast.cgj_approver, comment=INNER)


def test_each_hears_what_was_said_to_them_from_the_return_to_the_next_filing(
    walk: Walk, now: time_machine.Traveller
) -> None:
    report, cast = walk.report, walk.cast
    of_return = {"receivers": [REVIEWED], "auditor": [BY_REVIEWER]}
    returned(walk)
    walk.looks(lead=[BY_REVIEWER], **of_return)
    now.shift(3600)
    submit_report(report=report, by=cast.cgj_reporter)
    walk.looks(lead=[BY_REVIEWER], **of_return)
    now.shift(3600)
    send_back(report=report, by=cast.cgj_approver, comment=INNER)
    walk.looks(lead=[BY_REVIEWER, BY_APPROVER], **of_return)
    walk.keeps_inside()
    now.shift(3600)
    submit_report(report=report, by=cast.cgj_reporter, content={"progress": "改好的文字。"})
    walk.looks(lead=[BY_REVIEWER], **of_return)
    walk.keeps_inside()
    now.shift(3600)
    approve_reports(reports=[report], by=cast.cgj_approver)
    walk.looks(lead=[], receivers=[], auditor=[])


def test_once_it_is_filed_again_the_export_tells_what_the_timeline_tells(walk: Walk) -> None:
    sent_back_inside(walk)
    submit_report(report=walk.report, by=walk.cast.cgj_reporter)
    approve_reports(reports=[walk.report], by=walk.cast.cgj_approver)
    report = Report.objects.select_related("period__plan").get(pk=walk.report.pk)
    heard = [line.comment for line in timeline_of(report, walk.cast.slj_coordinator)]
    assert walk.exported()[1] == [comment for comment in heard if comment]
    assert INNER in heard


def test_the_review_page_says_nothing_of_an_inner_remark_before_the_first_filing(
    walk: Walk,
) -> None:
    walk.report = report_of(walk.report.period, "14.1")
    submitted(walk.report, walk.cast.cgj_reporter)
    send_back(report=walk.report, by=walk.cast.cgj_approver, comment=INNER)
    assert walk.boxes("cgj_reporter") == [BY_APPROVER]
    assert walk.boxes("slj_coordinator") == walk.boxes("auditor") == []


def test_the_lead_reads_both_on_the_home_page_and_in_the_table(walk: Walk) -> None:
    sent_back_inside(walk)
    client = walk.login(walk.cast.cgj_reporter)
    home = client.get("/").content.decode()
    assert f"<b>区水利局退回：</b>{RETURNED}" in home
    assert f"<b>审签人退回：</b>{INNER}" in home
    table = client.get(f"/periods/{walk.report.period_id}/table/").content.decode()
    assert f"<b>区水利局退回：</b>{RETURNED}" in table
    assert f"<b>审签人退回：</b>{INNER}" in table


def test_withdrawn_after_a_return_the_home_page_still_says_why_it_came_back(walk: Walk) -> None:
    returned(walk)
    submit_report(report=walk.report, by=walk.cast.cgj_reporter)
    withdraw_report(report=walk.report, by=walk.cast.cgj_reporter)
    assert f"<b>区水利局退回：</b>{RETURNED}" in (
        walk.login(walk.cast.cgj_reporter).get("/").content.decode()
    )


def test_a_paper_that_answers_the_return_settles_both(walk: Walk) -> None:
    sent_back_inside(walk)
    record_paper(
        report=walk.report,
        by=walk.cast.slj_coordinator,
        content=dict(TEXT),
        received_on=datetime.date(2027, 1, 5),
    )
    walk.looks(lead=[], receivers=[], auditor=[])


def test_nobody_is_asked_to_refile_what_is_exempted(walk: Walk) -> None:
    returned(walk)
    asked = "请于 2027年1月15日 24时前重新报送。"
    assert asked in walk.everywhere("cgj_reporter")
    exempt_report(report=walk.report, by=walk.cast.slj_coordinator, reason="本期不涉及。")
    assert walk.boxes("cgj_reporter") == [BY_REVIEWER]
    assert "重新报送" not in "".join(NOTICE.findall(walk.everywhere("cgj_reporter")))


# Reports from before the two were told apart


def part() -> None:
    name = "reports.migrations.0003_what_the_approver_said_on_its_own"
    importlib.import_module(name).part(apps, connection.schema_editor())


def as_before(report: Report, correction: str) -> None:
    """Both authors' words stood in one field."""
    Report.objects.filter(pk=report.pk).update(correction=correction, sent_back="")


def words_of(report: Report) -> tuple[str, str]:
    report = Report.objects.get(pk=report.pk)
    return report.correction, report.sent_back


def test_an_inner_remark_that_had_overwritten_the_return_is_told_apart(walk: Walk) -> None:
    sent_back_inside(walk)
    as_before(walk.report, INNER)
    part()
    assert words_of(walk.report) == (RETURNED, INNER)


def test_a_return_that_a_submission_had_emptied_has_its_words_again(walk: Walk) -> None:
    returned(walk)
    submit_report(report=walk.report, by=walk.cast.cgj_reporter)
    as_before(walk.report, "")
    part()
    assert words_of(walk.report) == (RETURNED, "")


def test_words_whose_return_is_not_recorded_stay(walk: Walk) -> None:
    other = report_of(walk.report.period, "14.1")
    due_on = walk.report.period.due_on
    Report.objects.filter(pk=other.pk).update(status="returned", refile_due_on=due_on)
    as_before(other, RETURNED)
    part()
    assert words_of(other) == (RETURNED, "")


def test_a_return_and_a_first_inner_remark_stay_what_they_are(walk: Walk) -> None:
    other = report_of(walk.report.period, "14.1")
    submitted(other, walk.cast.cgj_reporter)
    send_back(report=other, by=walk.cast.cgj_approver, comment=INNER)
    exempt_report(report=other, by=walk.cast.slj_coordinator, reason="本期不涉及。")
    as_before(other, INNER)
    returned(walk)
    part()
    assert words_of(other) == ("", INNER)
    assert words_of(walk.report) == (RETURNED, "")
