"""管理后台的导入: a file chosen, the preview read, the passwords printed; accessible on the way."""

from pathlib import Path

from playwright.sync_api import expect

from departments.models import User
from reports.models import ReportingPeriod
from tests.browser.accessible import ADMIN_KNOWN, faults
from tests.browser.conftest import DESKTOP, PHONE, Open
from tests.cast import Cast
from tests.tables.steps import as_csv, as_xlsx

IMPORT = "/admin/departments/user/import/"
HEAD = ["用户名", "姓名", "联系电话", "单位", "角色", "截止日期"]
NEW = ["zhangsan", "张三", "58120000", "区城管局", "填报员", "长期"]
WRONG = ["lisi", "李四", "", "区环保局", "局长", "明年"]


def test_an_admin_imports_people_and_prints_their_passwords(
    period: ReportingPeriod, cast: Cast, visit: Open, tmp_path: Path
) -> None:
    page = visit(cast.admin)
    page.goto("/admin/departments/user/")
    page.get_by_role("link", name="导入").click()
    file = tmp_path / "人员.csv"
    file.write_bytes(as_csv([HEAD, NEW], "gb18030"))
    page.get_by_label("选择文件").set_input_files(file)
    page.get_by_role("button", name="预览").click()
    expect(page.get_by_role("region", name="将要写入的行")).to_contain_text("58120000")
    assert not User.objects.filter(username="zhangsan").exists()
    page.get_by_role("button", name="确认导入 1 行").click()
    slip = page.get_by_role("row").filter(has_text="zhangsan")
    password = slip.get_by_role("cell").nth(3).inner_text()
    assert User.objects.get(username="zhangsan").check_password(password)
    expect(page.get_by_role("button", name="打印")).to_be_visible()
    with page.expect_download() as download:
        page.goto("/admin/departments/user/")
        page.get_by_role("link", name="导出 .xlsx").click()
    assert download.value.suggested_filename.endswith(".xlsx")


def test_each_step_is_accessible_and_fits(
    period: ReportingPeriod, cast: Cast, visit: Open, tmp_path: Path
) -> None:
    file = tmp_path / "人员.xlsx"
    file.write_bytes(as_xlsx([HEAD, NEW, WRONG], "名册"))
    wrong = {}
    for size in (DESKTOP, PHONE):
        page = visit(cast.admin, size=size, bypass_csp=True)
        page.goto(IMPORT)
        wrong[f"import {size['width']}"] = faults(page, ADMIN_KNOWN)
        page.get_by_role("button", name="预览").click()
        page.get_by_label("选择文件").set_input_files(file)
        page.get_by_role("button", name="预览").click()
        expect(page.get_by_role("region", name="有误的行")).to_contain_text("区环保局")
        wrong[f"preview {size['width']}"] = faults(page, ADMIN_KNOWN)
    page.get_by_role("button", name="只导入无误的 1 行").click()
    expect(page.get_by_role("button", name="打印")).to_be_visible()
    wrong["passwords"] = faults(page, ADMIN_KNOWN)
    assert not any(wrong.values()), wrong
