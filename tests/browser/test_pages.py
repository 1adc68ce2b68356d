"""Every page of ours: accessible, no sideways scroll, no CSP message, at both widths."""

import datetime
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from departments.models import Department, User
from reports.actions.approval import approve_reports
from reports.actions.coordination import Handling, open_coordination
from reports.actions.entries import log_entry
from reports.actions.extensions import ask_extension, endorse_extension
from reports.actions.filing import submit_report
from reports.actions.history_read import open_history
from reports.actions.review import return_report
from reports.actions.urging import issue_letter, record_call, urge
from reports.calendar import HalfYear
from reports.models import Attempt, Delivery, Notice, ReportingPeriod
from reports.reminders.kinds import Kind
from reports.reminders.tick import tick
from reports.reminders.worker import stop
from tests.browser.accessible import ADMIN_KNOWN, check
from tests.browser.conftest import DESKTOP, PHONE, Open
from tests.cast import Cast, report_of
from tests.reports.history_styles import annex_by_hand, saved, told

CONTENT = {"progress": "完成改造。" * 40, "state": "on_track", "completion": 60}


@pytest.fixture
def lived(period: ReportingPeriod, cast: Cast) -> ReportingPeriod:
    """A half-year in which something has happened: filed, waiting, returned, logged."""
    filed = [report_of(period, code) for code in ("12.1", "14.1")]
    for report in filed:
        content = {**CONTENT, "coordination": "请区财政局安排改造资金。"}
        submit_report(report=report, by=cast.cgj_reporter, content=content)
    approve_reports(reports=filed, by=cast.cgj_approver)
    return_report(report=filed[1], by=cast.slj_coordinator, comment="请补充里程")
    czj = Department.objects.get(code="czj")
    open_coordination(
        report=filed[0], by=cast.slj_coordinator, handling=Handling(czj, datetime.date(2027, 1, 4))
    )
    waiting = report_of(period, "20.4")
    submit_report(report=waiting, by=cast.cgj_reporter, content=dict(CONTENT))
    item = filed[0].assignment.work_item
    zjw = report_of(period, "11.2").department
    extension = ask_extension(
        period=period,
        department=zjw,
        by=cast.zjw_reporter,
        wanted_on=datetime.date(2027, 1, 25),
        reason="数据月底才出",
    )
    endorse_extension(extension=extension, by=cast.zjw_approver)
    log_entry(item=item, by=cast.zjw_reporter, happened_on=datetime.date(2026, 12, 20), text="检漏")
    press(period, cast)
    remind(period)
    half = HalfYear(2020, 2)
    ledger = saved(annex_by_hand(told(half)))
    open_history(plan=period.plan, half_year=half, by=cast.admin, name="台账.xlsx", content=ledger)
    return period


def press(period: ReportingPeriod, cast: Cast) -> None:
    """Each step of the ladder against one department."""
    zjw, by = report_of(period, "11.2").department, cast.slj_coordinator
    urge(period=period, departments=[zjw], by=by, text="区政府下周听汇报。")
    record_call(
        period=period, department=zjw, by=by, at=timezone.now(),
        spoke_with="办公室李主任", answer="本周五前报。",
    )  # fmt: skip
    issue_letter(period=period, department=zjw, by=by, number="万州水函〔2027〕5号")


def remind(period: ReportingPeriod) -> None:
    """Notices of every kind of end: arrived or not, gone wrong, waiting for a human."""
    tick(timezone.now())
    rows = Delivery.objects.filter(notice__period=period).order_by("pk")
    states = [state for state in Delivery.State if state not in {"claimed", "sending"}]
    for delivery, state in zip(rows, states, strict=False):
        Delivery.objects.filter(pk=delivery.pk).update(state=state, reason="收件地址被拒（550）")
        Attempt.objects.create(delivery=delivery, at=timezone.now(), outcome="dead", detail="550")
    Notice.objects.filter(deliveries__state="held").update(held=True)
    stop("mail", "邮件服务器拒绝登录（535）", timezone.now())


Pages = list[tuple[User | None, list[str]]]
"""Addresses, and who looks at them; nobody before the login."""


def pages_of_a_reporter(period: ReportingPeriod, cast: Cast) -> Pages:
    plan = f"/plans/{period.plan.slug}"
    half = f"{plan}/periods/2026H2"
    submission = period.submissions.get().pk
    notice = period.notices.filter(user=cast.cgj_reporter, kind=Kind.OPENED, held=False).get()
    reports = {code: report_of(period, code).pk for code in ("12.1", "14.1", "20.5")}
    pages = [
        "/",
        "/help/",
        "/account/",
        "/account/password/",
        f"/reports/{reports['14.1']}/",
        f"/reports/{reports['20.5']}/",
        f"/reports/{reports['12.1']}/",
        f"/reports/{reports['12.1']}/compare/",
        f"/periods/{period.pk}/table/",
        "/entries/",
        "/entries/new/",
        "/submissions/",
        f"/submissions/{submission}/",
        f"/submissions/{submission}/letter/",
        f"/submissions/{submission}/annex/",
        f"/submissions/{submission}/sign-off/",
        f"{half}/ledger/",
        f"{half}/",
        f"{half}/extensions/cgj/ask/",
        "/extensions/",
        "/plans/",
        f"{plan}/tasks/",
        f"{plan}/tasks/12/",
        f"{plan}/matrix/",
        f"{plan}/indicators/network-leakage/",
        f"{plan}/indicators/saving-enterprises/",
        f"{plan}/items/12.1/",
        f"{plan}/departments/cgj/",
        "/departments/cgj/",
        "/notices/",
        "/notices/settings/",
        f"/notices/{notice.pk}/",
    ]
    return [(cast.cgj_reporter, pages)]


def pages_of_a_coordinator(period: ReportingPeriod, cast: Cast) -> Pages:
    plan = f"/plans/{period.plan.slug}"
    half = f"{plan}/periods/2026H2"
    extension = period.extensions.get().pk
    letter = period.urges.get(step="letter").pk
    asked = report_of(period, "12.1").coordinations.get().pk
    reports = {code: report_of(period, code).pk for code in ("12.1", "13.1", "14.1")}
    pages = [
        "/",
        "/review/",
        "/review/?show=unfiled",
        f"/reports/{reports['12.1']}/?queue=1",
        f"/reports/{reports['14.1']}/?queue=1",
        f"/reports/{reports['13.1']}/",
        f"/reports/{reports['13.1']}/paper/",
        f"/reports/{reports['13.1']}/exemption/",
        f"{half}/",
        f"{half}/list/",
        f"{half}/urge/?department=cgj",
        f"{half}/coordination/",
        f"/reports/{reports['14.1']}/coordination/",
        f"/coordination/{asked}/",
        f"{plan}/matrix/?show=progress",
        f"{plan}/items/8.2/",
        f"{plan}/departments/slj/",
        f"{plan}/matrix/?by=departments",
        f"{plan}/periods/",
        f"{half}/close/",
        f"{half}/publish/",
        f"{half}/extensions/cgj/grant/",
        f"{half}/urge/jxw/call/",
        f"{half}/urge/jxw/letter/",
        f"/urges/{letter}/letter/",
        "/departments/zjw/",
        f"/extensions/{extension}/",
        f"{half}/ledger/",
        f"{plan}/goals/",
        f"{plan}/indicators/",
        f"{plan}/indicators/network-leakage/",
        f"{plan}/indicators/network-leakage/2026H2/cgj/",
        "/search/",
        "/search/?q=改造",
        "/search/?q=改造&kind=reports",
        "/search/?q=检漏&kind=entries",
        "/notices/desk/",
        "/notices/desk/?state=all",
        "/notices/desk/ahead/",
    ]
    return [(cast.slj_coordinator, pages)]


def pages_of_the_others(period: ReportingPeriod, cast: Cast) -> Pages:
    plan = f"/plans/{period.plan.slug}"
    entry = period.entries.get().pk
    history = period.plan.history_imports.get().pk
    waiting = report_of(period, "20.4").pk
    of_the_admin = [
        "/",
        "/notices/desk/ahead/",
        f"/people/{cast.cgj_reporter.pk}/handover/",
        f"{plan}/history/",
        f"/history/{history}/",
        f"/history/{history}/columns/",
        f"/history/{history}/rows/",
    ]
    return [
        (None, ["/login/", "/password-reset/"]),
        (cast.zjw_reporter, [f"/entries/{entry}/edit/"]),
        (cast.cgj_approver, ["/", "/approvals/", f"/reports/{waiting}/"]),
        (cast.auditor, ["/", f"{plan}/periods/2026H2/"]),
        (cast.swj_reporter, ["/"]),
        (cast.outsider, ["/"]),
        (cast.admin, of_the_admin),
    ]


@pytest.mark.parametrize(
    "pages_of", [pages_of_a_reporter, pages_of_a_coordinator, pages_of_the_others]
)
def test_every_page_is_accessible_and_fits(
    pages_of: Callable[[ReportingPeriod, Cast], Pages],
    lived: ReportingPeriod,
    cast: Cast,
    visit: Open,
) -> None:
    wrong = []
    for user, pages in pages_of(lived, cast):
        page = visit(user)
        for address in pages:
            wrong += check(page, address, sizes=(PHONE, DESKTOP))
        page.context.close()
    assert not wrong, "\n".join(wrong)


def admin_pages(period: ReportingPeriod, cast: Cast) -> list[str]:
    """A list, each kind of form, and the pages we add, of Django's admin."""
    people = "/admin/departments/user/"
    person = f"{people}{cast.cgj_reporter.pk}"
    collective = Department.objects.filter(kind="collective").values_list("pk", flat=True)[0]
    return [
        "/admin/",
        "/admin/departments/department/",
        f"/admin/departments/department/{collective}/change/",
        f"{people}add/",
        f"{person}/change/",
        f"{person}/do/issue-password/",
        f"{person}/history/",
        "/admin/departments/auditevent/",
        f"/admin/tasks/plan/{period.plan_id}/change/",
        f"/admin/reports/reportingperiod/{period.pk}/change/",
        "/admin/reports/contactpoint/",
        "/admin/reports/contactpoint/add/",
        "/admin/reports/reminderrules/add/",
        "/admin/reports/workingday/",
        "/admin/reports/workingday/import/",
        "/admin/tasks/assignment/import/",
        "/admin/tasks/indicator/import/",
        "/admin/reports/measurement/import/",
        "/admin/departments/department/import/",
    ]


def test_djangos_admin_has_no_more_than_it_is_known_for(
    lived: ReportingPeriod, cast: Cast, visit: Open
) -> None:
    page = visit(cast.admin, bypass_csp=True)
    wrong = [fault for each in admin_pages(lived, cast) for fault in check(page, each, ADMIN_KNOWN)]
    assert not wrong, "\n".join(wrong)


def test_djangos_admin_runs_clean_under_the_policy(
    lived: ReportingPeriod, cast: Cast, visit: Open
) -> None:
    page = visit(cast.admin)
    for address in admin_pages(lived, cast):
        page.goto(address)
        expect(page.locator("#content")).to_be_visible()
