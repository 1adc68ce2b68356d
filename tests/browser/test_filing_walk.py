"""A half-year walked through by the people it is for."""

from io import BytesIO

from openpyxl import load_workbook
from playwright.sync_api import expect

from reports.models import Report, ReportingPeriod
from reports.states import Status
from tests.browser import steps
from tests.browser.conftest import PHONE, Open
from tests.cast import Cast, report_of


def status_of(report: Report) -> str:
    report.refresh_from_db()
    return report.status


def test_from_a_clerks_text_to_the_coordinators_ledger(
    period: ReportingPeriod, cast: Cast, visit: Open
) -> None:
    report = report_of(period, "12.1")
    clerk = visit()
    steps.log_in(clerk, cast.cgj_reporter)
    clerk.get_by_role("link", name="填写").first.wait_for()
    steps.submit(clerk, report.pk)
    leader = visit()
    steps.log_in(leader, cast.cgj_approver)
    steps.sign_all(leader)
    coordinator = visit()
    steps.log_in(coordinator, cast.slj_coordinator)
    coordinator.goto("/review/")
    coordinator.get_by_role("main").get_by_role("link", name="12.1").click()
    expect(coordinator.get_by_text(steps.TEXT).first).to_be_visible()
    coordinator.get_by_role("button", name="审核通过").click()
    expect(coordinator.get_by_text("审核通过，已办理。")).to_be_visible()
    overview = f"/plans/{period.plan.slug}/periods/2026H2/"
    coordinator.goto(overview)
    accepted = coordinator.locator(".kpi").filter(has_text="已审核")
    assert accepted.locator("b").inner_text() == "1"
    workbook = coordinator.request.get(f"{overview}ledger/?format=xlsx")
    sheet = load_workbook(BytesIO(workbook.body())).worksheets[0]
    assert any(cell.value == steps.TEXT for row in sheet.iter_rows() for cell in row)


def test_every_way_back(period: ReportingPeriod, cast: Cast, visit: Open) -> None:
    report = report_of(period, "12.1")
    clerk, leader = visit(cast.cgj_reporter), visit(cast.cgj_approver)
    coordinator = visit(cast.slj_coordinator)
    steps.submit(clerk, report.pk)
    clerk.get_by_role("button", name="撤回").click()
    expect(clerk.get_by_text("已撤回")).to_be_visible()
    steps.submit(clerk, report.pk, "第二稿：完成 6.1 公里。")
    leader.goto("/approvals/")
    leader.get_by_text("退回修改").first.click()
    leader.get_by_label("退回意见").fill("请补漏损率")
    leader.get_by_role("button", name="退回修改").click()
    expect(leader.get_by_text("已退回修改")).to_be_visible()
    clerk.goto(f"/reports/{report.pk}/")
    expect(clerk.get_by_text("请补漏损率").first).to_be_visible()
    steps.submit(clerk, report.pk, "第三稿：完成 6.1 公里，漏损率 9.3%。")
    steps.sign_all(leader, "万城管函〔2027〕3号")
    steps.decide(coordinator, report.pk, "退回补正", "请补完成里程")
    assert status_of(report) == Status.RETURNED
    steps.submit(clerk, report.pk, "第四稿：完成里程 6.1 公里。")
    steps.sign_all(leader)
    clerk.goto(f"/reports/{report.pk}/")
    clerk.get_by_text("申请退回", exact=True).first.click()
    clerk.get_by_label("申请退回的理由").fill("数字有误")
    clerk.get_by_role("button", name="申请退回").click()
    expect(clerk.get_by_text("已向区水利局申请退回")).to_be_visible()
    steps.decide(coordinator, report.pk, "不同意退回", "已汇总，请下期更正")
    steps.decide(coordinator, report.pk, "审核通过")
    assert status_of(report) == Status.ACCEPTED


def test_two_people_in_one_form_lose_nothing(
    period: ReportingPeriod, cast: Cast, visit: Open
) -> None:
    report = report_of(period, "14.1")
    first, second = visit(cast.cgj_reporter), visit(cast.cgj_colleague)
    first.goto(f"/reports/{report.pk}/")
    steps.write(second, report.pk, "同事的文字")
    second.get_by_role("button", name="保存草稿").click()
    expect(second.get_by_text("已保存草稿")).to_be_visible()
    first.get_by_label("进展情况").fill("我的文字")
    first.get_by_role("button", name="保存草稿").click()
    expect(first.get_by_text("同事的文字")).to_be_visible()
    expect(first.get_by_text("我的文字").first).to_be_visible()
    first.get_by_role("button", name="按选择保存").click()
    expect(first.get_by_label("进展情况")).to_have_value("我的文字")
    texts = [row.snapshot["progress"] for row in report.revisions.all()]
    assert texts[-1] == "我的文字"
    assert "同事的文字" in texts


def test_nine_items_in_the_table_and_one_signature(
    period: ReportingPeriod, cast: Cast, visit: Open
) -> None:
    clerk = visit(cast.cgj_reporter)
    clerk.goto(f"/periods/{period.pk}/table/")
    for row in clerk.locator(".table-row").all():
        row.get_by_label("进展情况").fill("按计划推进。")
        row.get_by_label("推进状态").select_option(label="正常推进")
        row.get_by_label("完成率").fill("50")
    clerk.get_by_role("button", name="提交填好的各项").click()
    expect(clerk.get_by_text("提交 9 项")).to_be_visible()
    leader = visit(cast.cgj_approver)
    steps.sign_all(leader)
    assert period.reports.filter(status=Status.FILED).count() == 9
    assert period.submissions.count() == 1


def test_an_extension_is_asked_endorsed_and_granted(
    period: ReportingPeriod, cast: Cast, visit: Open
) -> None:
    clerk, leader = visit(cast.cgj_reporter), visit(cast.cgj_approver)
    coordinator = visit(cast.slj_coordinator)
    clerk.goto("/")
    clerk.get_by_role("link", name="申请延期").click()
    clerk.get_by_label("延至").fill("2027-01-25")
    clerk.get_by_label("理由").fill("年末数据核定需要时间")
    clerk.get_by_role("button", name="提交申请").click()
    expect(clerk.get_by_text("延期申请已提交")).to_be_visible()
    leader.goto("/extensions/")
    leader.get_by_role("link", name="区城管局").click()
    leader.get_by_role("button", name="同意申请", exact=True).click()
    coordinator.goto("/extensions/")
    coordinator.get_by_role("link", name="区城管局").first.click()
    coordinator.get_by_role("button", name="同意延期").click()
    expect(coordinator.get_by_text("已同意").first).to_be_visible()
    report = report_of(period, "12.1")
    assert str(report.due_on) == "2027-01-25"


def test_on_a_phone_an_entry_takes_a_minute(
    period: ReportingPeriod, cast: Cast, visit: Open
) -> None:
    phone = visit(size=PHONE)
    steps.log_in(phone, cast.swj_reporter)
    phone.goto("/entries/")
    phone.get_by_role("link", name="记一条进展").click()
    phone.get_by_label("做了什么").fill("检查洗车场 12 家。")
    phone.get_by_role("button", name="保存").click()
    expect(phone.get_by_text("检查洗车场 12 家。")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_on_a_phone_a_report_is_written_and_sent(
    period: ReportingPeriod, cast: Cast, visit: Open
) -> None:
    report = report_of(period, "12.1")
    phone = visit(cast.cgj_reporter, size=PHONE)
    steps.submit(phone, report.pk)
    leader = visit(cast.cgj_approver, size=PHONE)
    steps.sign_all(leader)
    assert status_of(report) == Status.FILED
