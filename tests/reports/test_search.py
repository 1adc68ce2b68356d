"""The search finds what a person may see, and nothing else."""

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from departments.models import User
from reports.actions.attachments import attach_file, remove_attachment
from reports.actions.drafts import save_draft
from reports.actions.entries import log_entry
from reports.actions.paper import record_paper
from reports.actions.review import return_report
from reports.models import (
    Report,
    ReportEvent,
    ReportingPeriod,
    SearchText,
)
from reports.models.search import search_text
from reports.selectors.search import Found, search
from reports.states import IN_HAND
from tasks.models import Plan
from tests.cast import Cast, report_of
from tests.reports.files import PNG
from tests.reports.indicator_steps import enter
from tests.reports.steps import TEXT, filed, sent

pytestmark = pytest.mark.django_db
Login = Callable[[User], Client]
EVERYBODY = (
    "cgj_reporter", "cgj_colleague", "cgj_approver", "zjw_reporter", "swj_reporter",
    "slj_reporter", "slj_coordinator", "fgw_coordinator", "admin", "auditor", "outsider",
)  # fmt: skip
LEAD = {"cgj_reporter", "cgj_colleague", "cgj_approver"}
OUTSIDE = {"zjw_reporter", "slj_coordinator", "fgw_coordinator", "slj_reporter", "auditor"}
"""Who else reads what is filed on 12.1: co-responsible departments, receivers, auditor."""


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def report(period: ReportingPeriod, cast: Cast) -> Report:
    return report_of(period, "12.1")


def count(found: Found, kind: str) -> int:
    return int(found.counts[kind])


def finders(cast: Cast, query: str, kind: str) -> set[str]:
    """Who finds something of ``kind`` for ``query``."""
    return {name for name in EVERYBODY if count(search(query, getattr(cast, name)), kind)}


def quoted(found: Found) -> str:
    """Everything that the hits show, as one text."""
    return re.sub(r"'|\"", "", str(found.groups))


def test_a_draft_is_found_by_its_lead_alone(report: Report, cast: Cast) -> None:
    content = {"progress": "机密草稿：拟关停三座水厂", "problems": "资金缺口甲乙丙"}
    save_draft(report=report, by=cast.cgj_reporter, content=content, version=0)
    assert finders(cast, "关停三座", "reports") == LEAD
    assert finders(cast, "资金缺口 关停", "reports") == LEAD
    assert "工作稿，未报送" in quoted(search("关停三座", cast.cgj_reporter))


def test_what_is_filed_is_found_by_who_may_read_it(report: Report, cast: Cast) -> None:
    filed(report, cast, progress="完成甲乙丙路供水管网改造", note="备注丁戊己")
    assert finders(cast, "甲乙丙路", "reports") == LEAD | OUTSIDE
    assert finders(cast, "丁戊己", "reports") == LEAD | OUTSIDE


def test_after_a_return_outsiders_find_the_text_filed_last(report: Report, cast: Cast) -> None:
    filed(report, cast, progress="第一稿写的是旧数据")
    return_report(report=report, by=cast.slj_coordinator, comment="请核对")
    content = {"progress": "第二稿改成新数据"}
    save_draft(report=report, by=cast.cgj_reporter, content=content, version=None)
    assert finders(cast, "第二稿", "reports") == LEAD
    assert finders(cast, "第一稿", "reports") == LEAD | OUTSIDE
    for name in OUTSIDE:
        shown = quoted(search("数据", getattr(cast, name)))
        assert "第一稿" in shown
        assert "第二稿" not in shown
    filed(report, cast, progress="第三稿定稿")
    assert finders(cast, "第一稿", "reports") == set()
    assert finders(cast, "第三稿", "reports") == LEAD | OUTSIDE


def test_words_of_draft_and_filing_are_not_mixed(report: Report, cast: Cast) -> None:
    filed(report, cast, progress="已经报送的文字甲乙")
    return_report(report=report, by=cast.slj_coordinator, comment="请核对")
    save_draft(
        report=report, by=cast.cgj_reporter, content={"progress": "草稿里的丙丁"}, version=None
    )
    assert count(search("甲乙 丙丁", cast.cgj_reporter), "reports") == 0
    assert count(search("甲乙 丙丁", cast.auditor), "reports") == 0


def test_what_came_on_paper_is_found_too(report: Report, cast: Cast) -> None:
    content = {**TEXT, "progress": "纸质件里的戊己庚"}
    day = datetime.date(2027, 1, 5)
    record_paper(report=report, by=cast.slj_coordinator, content=content, received_on=day)
    assert finders(cast, "戊己庚", "reports") == LEAD | OUTSIDE


def test_every_filing_leaves_its_text_and_no_other_step_does(report: Report, cast: Cast) -> None:
    filed(report, cast)
    return_report(report=report, by=cast.slj_coordinator, comment="请核对")
    filed(report, cast, progress="重报的文字")
    filings = [
        event
        for event in ReportEvent.objects.all()
        if event.to_status in IN_HAND and event.from_status not in IN_HAND
    ]
    kept = {row.event_id: row.text for row in SearchText.objects.all()}
    assert kept == {event.pk: search_text(event.snapshot or {}) for event in filings}
    assert len(kept) == 2


def test_entries_are_found_by_who_takes_part(report: Report, cast: Cast) -> None:
    item = report.assignment.work_item
    day = datetime.date(2026, 12, 20)
    log_entry(item=item, by=cast.zjw_reporter, happened_on=day, text="巡查壬癸小区二次供水")
    assert finders(cast, "壬癸小区", "entries") == LEAD | OUTSIDE
    shown = quoted(search("壬癸小区", cast.cgj_reporter))
    assert "区住房城乡建委" in shown
    assert "12.1" in shown


def attach(report: Report, by: User, name: str) -> Any:
    return attach_file(owner=report, by=by, upload=SimpleUploadedFile(name, PNG))


def test_files_of_a_draft_are_the_leads_and_go_out_with_the_filing(
    report: Report, cast: Cast
) -> None:
    attach(report, cast.cgj_reporter, "甲子路竣工照片.png")
    assert finders(cast, "竣工照片", "files") == LEAD
    filed(report, cast)
    assert finders(cast, "竣工照片", "files") == LEAD | OUTSIDE


def test_a_removed_file_is_found_no_more_but_beside_the_text_filed_last(
    report: Report, cast: Cast, now: Any
) -> None:
    gone = attach(report, cast.cgj_reporter, "误传的合同.png")
    remove_attachment(attachment=gone, by=cast.cgj_reporter)
    assert finders(cast, "误传的合同", "files") == set()
    kept = attach(report, cast.cgj_reporter, "报送时的照片.png")
    filed(report, cast)
    now.shift(60)
    return_report(report=report, by=cast.slj_coordinator, comment="请核对")
    now.shift(60)
    remove_attachment(attachment=kept, by=cast.cgj_reporter)
    assert finders(cast, "报送时的照片", "files") == OUTSIDE
    now.shift(60)
    filed(report, cast)
    assert finders(cast, "报送时的照片", "files") == set()


def test_a_removed_file_of_an_entry_is_found_no_more(report: Report, cast: Cast) -> None:
    day = datetime.date(2026, 12, 20)
    item = report.assignment.work_item
    entry = log_entry(item=item, by=cast.zjw_reporter, happened_on=day, text="巡查")
    file = attach_file(
        owner=entry, by=cast.zjw_reporter, upload=SimpleUploadedFile("巡查记录.png", PNG)
    )
    assert finders(cast, "巡查记录", "files") == LEAD | OUTSIDE
    remove_attachment(attachment=file, by=cast.zjw_reporter)
    assert finders(cast, "巡查记录", "files") == set()


def test_scans_and_files_of_values_lead_to_where_they_belong(report: Report, cast: Cast) -> None:
    submission = sent([report], cast)
    upload = SimpleUploadedFile("盖章扫描件.png", PNG)
    attach_file(owner=submission, by=cast.cgj_reporter, upload=upload)
    enter(report.period, cast.slj_coordinator, upload=SimpleUploadedFile("统计年报.png", PNG))
    readers = LEAD | {"slj_coordinator", "fgw_coordinator", "auditor"}
    assert finders(cast, "盖章扫描件", "files") == readers
    assert f"/submissions/{submission.pk}/" in quoted(search("盖章扫描件", cast.auditor))
    assert finders(cast, "统计年报", "files") == LEAD | OUTSIDE
    assert "/indicators/network-leakage/" in quoted(search("统计年报", cast.auditor))


@pytest.mark.parametrize("name", ["outsider", "admin", "swj_reporter"])
def test_tasks_are_found_by_everybody(plan: Plan, cast: Cast, name: str) -> None:
    found = search("管网 漏损", getattr(cast, name))
    assert count(found, "tasks") >= 1
    assert "/tasks/12/#item1" in quoted(found)


@pytest.mark.parametrize("query", ["12.1", "１２．１"])
def test_a_rows_code_finds_the_row(plan: Plan, cast: Cast, query: str) -> None:
    (group,) = search(query, cast.outsider).groups
    assert [hit.url for hit in group.hits] == ["/plans/wanzhou-2020-50/tasks/12/#item1"]


@pytest.mark.parametrize("query", ["999.99", "0.0", "12.", "漏损%", "%%", "__", "漏_率", "\\\\"])
def test_wildcards_and_odd_codes_are_text(report: Report, cast: Cast, query: str) -> None:
    filed(report, cast, progress="管网漏损率下降")
    log_entry(
        item=report.assignment.work_item, by=cast.zjw_reporter,
        happened_on=datetime.date(2026, 12, 20), text="管网漏损率下降",
    )  # fmt: skip
    assert search(query, cast.auditor).total == 0


def test_wildcards_that_were_written_are_found(report: Report, cast: Cast) -> None:
    filed(report, cast, progress="完成 50% 以上，编号 A_1")
    assert count(search("50%", cast.auditor), "reports") == 1
    assert count(search("a_1", cast.auditor), "reports") == 1
    assert count(search("５０％ Ａ_1", cast.auditor), "reports") == 1


def test_all_words_are_needed_wherever_they_stand(report: Report, cast: Cast) -> None:
    filed(report, cast, progress="甲甲乙乙", problems="丙丙丁丁")
    assert count(search("丁丁 甲甲", cast.auditor), "reports") == 1
    assert count(search("丁丁 戊戊", cast.auditor), "reports") == 0
