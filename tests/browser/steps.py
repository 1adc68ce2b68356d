"""What people do in the browser, a function per thing."""

from playwright.sync_api import Page, expect

from departments.models import User

TEXT = "本半年完成老城区供水管网改造 6.1 公里，累计 14.5 公里。"


def log_in(page: Page, user: User) -> None:
    """Through the real login page; the cast's password is the name reversed."""
    page.goto("/login/")
    page.get_by_label("用户名").fill(user.username)
    page.get_by_label("密码", exact=True).fill(user.username[::-1])
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("button", name="退出")).to_be_visible()


def write(page: Page, report: int, text: str = TEXT, state: str = "正常推进") -> None:
    """Fill in the form of a report."""
    page.goto(f"/reports/{report}/")
    page.get_by_label("进展情况").fill(text)
    page.get_by_label("推进状态").select_option(label=state)
    page.get_by_label("完成率").fill("60")


def submit(page: Page, report: int, text: str = TEXT) -> None:
    write(page, report, text)
    page.get_by_role("button", name="提交审签").click()
    expect(page.get_by_text("已提交审签。")).to_be_visible()


def sign_all(page: Page, letter: str = "") -> None:
    page.goto("/approvals/")
    if letter:
        page.get_by_label("发文字号").fill(letter)
    page.get_by_role("button", name="同意报送所选").click()
    expect(page.get_by_role("status").get_by_text("已报送")).to_be_visible()


def decide(page: Page, report: int, button: str, comment: str = "") -> None:
    """Press one of the reviewer's buttons."""
    page.goto(f"/reports/{report}/")
    if comment:
        page.get_by_label("意见").fill(comment)
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_text("已办理。")).to_be_visible()
