import io

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

pytestmark = [pytest.mark.urls("tests.house.urls"), pytest.mark.django_db]


@pytest.fixture
def browser() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("how", "status", "words"),
    [
        ("rule", 400, "完成率应为 0 至 100 的整数。"),
        ("suspicious", 400, "请求有误"),
        ("forbidden", 403, "只有审签人可以同意报送。"),
        ("denied", 403, "无权进行这项操作"),
        ("missing", 404, "没有找到这个页面"),
        ("conflict", 409, "本项已由他人报送，请刷新后查看。"),
        ("often", 429, "尝试次数过多"),
        ("broken", 500, "系统出错了"),
    ],
)
def test_each_failure_has_its_status_and_a_chinese_page(
    browser: Client, how: str, status: int, words: str
) -> None:
    response = browser.get(f"/fail/{how}/")
    page = response.content.decode()
    assert response.status_code == status
    assert words in page
    assert "万州节水行动" in page
    assert "secret" not in page
    assert "No Report" not in page
    assert "style=" not in page
    assert "Content-Security-Policy" in response.headers


def test_an_unknown_address_is_a_404_in_chinese(browser: Client) -> None:
    response = browser.get("/没有/")
    assert response.status_code == 404
    assert "没有找到这个页面" in response.content.decode()


def test_a_page_that_fails_shows_what_was_typed(browser: Client) -> None:
    typed = {"report-progress": "漏损率降到 9%", "password": "密码也不显示", "state": "normal"}
    page = browser.post(
        "/fail/conflict/", typed, HTTP_HOST="testserver", HTTP_ORIGIN="http://testserver"
    ).content.decode()
    assert "漏损率降到 9%" in page
    assert "进展情况" in page
    assert "密码也不显示" not in page


def test_what_another_site_posts_is_not_shown(browser: Client) -> None:
    typed = {"progress": "来自别处的文字"}
    headers = {"HTTP_HOST": "testserver", "HTTP_ORIGIN": "https://evil.example"}
    page = browser.post("/fail/conflict/", typed, **headers).content.decode()
    assert "来自别处的文字" not in page


def test_an_expired_token_says_that_the_text_is_not_lost() -> None:
    browser = Client(enforce_csrf_checks=True)
    response = browser.post(
        "/form/",
        {"progress": "写了很久的一段"},
        HTTP_HOST="testserver",
        HTTP_REFERER="http://testserver/x/",
    )
    page = response.content.decode()
    assert response.status_code == 403
    assert "页面已过期" in page
    assert "写了很久的一段" in page
    assert "http://testserver/x/" in page


def test_a_background_request_gets_the_sentence_as_json(browser: Client) -> None:
    response = browser.post("/fail/conflict/", {}, HTTP_X_BACKGROUND="1")
    assert response.status_code == 409
    assert response.json() == {"error": "本项已由他人报送，请刷新后查看。"}


def test_a_form_of_200000_characters_reaches_its_view(browser: Client) -> None:
    assert browser.post("/form/", {"progress": "水" * 200_000}).status_code == 200


def test_too_much_text_is_a_413_in_chinese(browser: Client, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    response = browser.post(
        "/form/", "progress=" + "x" * 2000, content_type="application/x-www-form-urlencoded"
    )
    assert response.status_code == 413
    assert "提交的内容过大" in response.content.decode()


def test_too_many_fields_are_a_413_in_chinese(browser: Client) -> None:
    response = browser.post("/form/", {f"f{n}": "1" for n in range(5001)})
    assert response.status_code == 413


def test_a_body_over_the_limit_is_refused_before_it_is_parsed(
    browser: Client, settings: Settings
) -> None:
    settings.MAX_REQUEST_BYTES = 10_000
    response = browser.post("/form/", {"file": io.BytesIO(b"x" * 20_000)})
    assert response.status_code == 413
    assert "20&nbsp;MB" in response.content.decode()


@pytest.mark.parametrize("address", ["/tasks/?q=%00", "/%00/", "/form/%00"])
def test_a_nul_in_the_address_is_a_400(browser: Client, address: str) -> None:
    response = browser.get(address)
    assert response.status_code == 400
    assert "无法识别的字符" in response.content.decode()


def test_a_wrong_host_is_a_400_in_chinese(browser: Client) -> None:
    response = browser.get("/fail/rule/", HTTP_HOST="evil.example")
    assert response.status_code == 400
    assert "请求有误" in response.content.decode()


def test_a_wrong_method_is_a_405_with_a_page(browser: Client) -> None:
    response = browser.get("/form/")
    assert response.status_code == 405
    assert response["Allow"] == "POST"
    assert "不能这样打开" in response.content.decode()


def test_a_500_shows_the_number_that_its_log_line_carries(browser: Client) -> None:
    response = browser.get("/fail/broken/")
    number = response.wsgi_request.META["REQUEST_ID"]
    assert number in response.content.decode()
