"""Every page of ours: accessible, no sideways scroll, no CSP message, at both widths."""

import datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

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
from reports.models import Attempt, Delivery, Notice, Report, ReportingPeriod
from reports.reminders.kinds import Kind
from reports.reminders.tick import tick
from reports.reminders.worker import stop
from tests.browser.conftest import DESKTOP, PHONE, Open
from tests.cast import Cast, report_of
from tests.reports.history_styles import annex_by_hand, saved, told

CONTENT = {"progress": "完成改造。" * 40, "state": "on_track", "completion": 60}
ADMIN_KNOWN = frozenset({"page-has-heading-one", "link-in-text-block"})
"""What Django's own admin templates are known for."""


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


VIOLATIONS = {"resultTypes": ["violations"]}
"""What axe tells at length: of what passes it would name every element."""


def check(page: Page, address: str, allowed: frozenset[str] = frozenset()) -> list[str]:
    """What is wrong with the page at ``address`` at the page's width."""
    answer = page.goto(address)
    width = page.viewport_size["width"] if page.viewport_size else 0
    wrong = []
    if answer is None or answer.status >= 400:
        wrong.append(f"{address} answers {answer and answer.status}")
    if page.evaluate("document.documentElement.scrollWidth") > width:
        wrong.append(f"{address} scrolls sideways at {width}")
    for found in Axe().run(page, options=VIOLATIONS).response["violations"]:
        if found["id"] not in allowed:
            wrong.append(f"{address} at {width}: {found['id']} {found['nodes'][0]['html'][:160]}")
    return wrong


def addresses(period: ReportingPeriod, cast: Cast) -> list[tuple[User | None, list[str]]]:
    """Whose pages are looked at."""
    plan = f"/plans/{period.plan.slug}"
    half = f"{plan}/periods/2026H2"

    def report(code: str) -> Report:
        return report_of(period, code)

    submission = period.submissions.get().pk
    entry = period.entries.get().pk
    history = period.plan.history_imports.get().pk
    extension = period.extensions.get().pk
    letter = period.urges.get(step="letter").pk
    notice = period.notices.filter(user=cast.cgj_reporter, kind=Kind.OPENED, held=False).get()
    return [
        (None, ["/login/", "/password-reset/"]),
        (
            cast.cgj_reporter,
            [
                "/",
                "/help/",
                "/account/",
                "/account/password/",
                f"/reports/{report('14.1').pk}/",
                f"/reports/{report('20.5').pk}/",
                f"/reports/{report('12.1').pk}/",
                f"/reports/{report('12.1').pk}/compare/",
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
            ],
        ),
        (cast.zjw_reporter, [f"/entries/{entry}/edit/"]),
        (cast.cgj_approver, ["/", "/approvals/", f"/reports/{report('20.4').pk}/"]),
        (
            cast.slj_coordinator,
            [
                "/",
                "/review/",
                "/review/?show=unfiled",
                f"/reports/{report('12.1').pk}/?queue=1",
                f"/reports/{report('14.1').pk}/?queue=1",
                f"/reports/{report('13.1').pk}/",
                f"/reports/{report('13.1').pk}/paper/",
                f"/reports/{report('13.1').pk}/exemption/",
                f"{half}/",
                f"{half}/list/",
                f"{half}/urge/?department=cgj",
                f"{half}/coordination/",
                f"/reports/{report('14.1').pk}/coordination/",
                f"/coordination/{report('12.1').coordinations.get().pk}/",
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
            ],
        ),
        (cast.auditor, ["/", f"{half}/"]),
        (cast.swj_reporter, ["/"]),
        (cast.outsider, ["/"]),
        (
            cast.admin,
            [
                "/",
                "/notices/desk/ahead/",
                f"/people/{cast.cgj_reporter.pk}/handover/",
                f"{plan}/history/",
                f"/history/{history}/",
                f"/history/{history}/columns/",
                f"/history/{history}/rows/",
            ],
        ),
    ]


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["1280", "360"])
def test_every_page_is_accessible_and_fits(
    size: dict[str, int], lived: ReportingPeriod, cast: Cast, visit: Open
) -> None:
    wrong = []
    for user, pages in addresses(lived, cast):
        page = visit(user, size=size)
        for address in pages:
            wrong += check(page, address)
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
