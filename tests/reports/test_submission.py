"""报送件: the letter, its annex, the sign-off sheet, the number, the stamped scan."""

import datetime
import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from departments.errors import Conflict, DomainError, NotAllowed
from departments.models import AuditEvent, User
from reports.actions.approval import approve_reports
from reports.actions.paper import record_paper
from reports.actions.periods import close_period
from reports.actions.review import return_report
from reports.actions.submissions import set_letter_number
from reports.models import Attachment, Report, ReportingPeriod, Submission
from tests.cast import Cast, report_of
from tests.reports.steps import TEXT, filed, sent, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("contexts")]
Login = Callable[[User], Client]
NUMBER = "万州城管函〔2027〕3号"
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def store(settings: Settings, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def submission(period: ReportingPeriod, cast: Cast) -> Submission:
    """8.2, 20.4 and 20.5 of 区城管局, sent with one signature."""
    reports = [report_of(period, code, "cgj") for code in ("20.5", "8.2", "20.4")]
    return sent(reports, cast)


def sheet(client: Client, submission: Submission, kind: str) -> str:
    """The sheet's text without its marks, blanks squeezed."""
    page = client.get(f"/submissions/{submission.pk}/{kind}/").content.decode()
    body = re.search(r"<article.*?</article>", page, re.DOTALL)
    assert body
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body[0])).split())


def scan(client: Client, submission: Submission, content: bytes = PDF) -> Any:
    upload = SimpleUploadedFile("盖章件.pdf", content)
    return client.post(f"/submissions/{submission.pk}/scan/", {"scan": upload})


def test_the_letter_has_the_parts_of_an_official_letter(
    submission: Submission, cast: Cast, login: Login
) -> None:
    set_letter_number(submission=submission, by=cast.cgj_approver, number=NUMBER)
    text = sheet(login(cast.cgj_approver), submission, "letter")
    parts = [
        NUMBER,
        "区城管局关于报送2026年下半年 《万州区节水行动实施方案》进展情况的函",
        "区水利局、区发展改革委：",
        "根据《万州区节水行动实施方案》（万州水利发〔2020〕50号）",
        "现将我单位牵头的3项工作2026年下半年进展情况随函报送（详见附件），请予汇总。",
        "正常推进3项",
        "专此函达。",
        "附件：2026年下半年《万州区节水行动实施方案》重点任务进展情况表",
        "区城管局 2027年1月5日",
        "（联系人：cgj reporter",
    ]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    assert "要求" not in text


def test_matters_to_coordinate_are_named_in_the_letter(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    one = sent([report_of(period, "12.1")], cast, coordination="请协调用地。")
    text = sheet(login(cast.cgj_approver), one, "letter")
    assert "其中1项有需协调解决的事项，已在附件中列明，商请统筹协调。" in text


def test_a_receivers_own_letter_goes_to_the_other_one(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    report = submitted(report_of(period, "1.1"), cast.slj_reporter)
    own, _ = approve_reports(reports=[report], by=cast.slj_approver)
    text = sheet(login(cast.slj_approver), own, "letter")
    assert "区发展改革委：" in text
    assert "区水利局、" not in text.split("：")[0]


def test_the_annex_has_the_plans_cells_and_what_was_filed(
    submission: Submission, cast: Cast, login: Login
) -> None:
    page = login(cast.cgj_approver).get(f"/submissions/{submission.pk}/annex/")
    rows = page.context["dispatch"].annex_rows
    item = report_of(submission.period, "8.2", "cgj").assignment.work_item
    assert [cell.text for cell in rows[0]][:5] == [
        "8",
        item.task.title,
        item.text,
        item.lead_cell,
        item.responsible_cell,
    ]
    assert TEXT["progress"] in [cell.text for cell in rows[0]]
    assert [cell.rows for cell in rows[1]][:3] == [2, 2, 1]
    assert len(rows[2]) == len(rows[1]) - 2
    heads = ["序号", "目标任务", "工作内容", "牵头单位", "责任单位", "推进状态"]
    assert page.context["dispatch"].headings[:6] == heads


def test_the_annex_keeps_what_was_sent_though_it_was_refiled_since(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    first = sent([report_of(period, "12.1")], cast)
    report = report_of(period, "12.1")
    return_report(report=report, by=cast.slj_coordinator, comment="请补充")
    filed(report, cast, progress="改过的文字。")
    text = sheet(login(cast.cgj_approver), first, "annex")
    assert TEXT["progress"] in text
    assert "改过的文字" not in text


def test_a_letter_keeps_who_submitted_it_though_a_colleague_did_so_anew(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    first = sent([report_of(period, "12.1")], cast)
    report = report_of(period, "12.1")
    return_report(report=report, by=cast.slj_coordinator, comment="请补充")
    submitted(report, cast.cgj_colleague)
    second, _ = approve_reports(reports=[report], by=cast.cgj_approver)
    client = login(cast.cgj_approver)
    for submission, name in ((first, "cgj reporter"), (second, "cgj colleague")):
        assert f"（联系人：{name}" in sheet(client, submission, "letter")
        assert f"系统提交 {name} " in sheet(client, submission, "sign-off")


def test_nobody_submitted_what_came_on_paper(
    period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    report = filed(report_of(period, "12.1"), cast)
    return_report(report=report, by=cast.slj_coordinator, comment="请补充")
    came = datetime.date(2027, 1, 5)
    by = cast.slj_coordinator
    done = record_paper(report=report, by=by, content=dict(TEXT), received_on=came)
    page = login(cast.cgj_approver).get(f"/submissions/{done.submission_id}/")
    assert page.context["dispatch"].contacts == []


def test_the_sign_off_sheet_names_who_signed_and_leaves_room_to_sign(
    submission: Submission, cast: Cast, login: Login
) -> None:
    text = sheet(login(cast.cgj_approver), submission, "sign-off")
    for part in ("报送签字页", "8.2、20.4、20.5", "cgj approver", "同意报送", "盖章", "经办人"):
        assert part in text


def test_the_number_can_be_mended_until_the_scan_is_there(
    submission: Submission, cast: Cast
) -> None:
    set_letter_number(submission=submission, by=cast.cgj_reporter, number=NUMBER)
    set_letter_number(submission=submission, by=cast.cgj_approver, number=" 万州城管函〔2027〕4号")
    changes = AuditEvent.objects.filter(action="登记发文字号").order_by("pk")
    assert [event.subject.split("：")[1] for event in changes] == [
        f"（空） → {NUMBER}",
        f"{NUMBER} → 万州城管函〔2027〕4号",
    ]


def test_the_scan_fixes_the_number(submission: Submission, cast: Cast, login: Login) -> None:
    set_letter_number(submission=submission, by=cast.cgj_reporter, number=NUMBER)
    client = login(cast.cgj_reporter)
    assert scan(client, submission).status_code == 302
    assert [file.name for file in Attachment.objects.all()] == ["盖章件.pdf"]
    with pytest.raises(Conflict, match="扫描件"):
        set_letter_number(submission=submission, by=cast.cgj_reporter, number="另一个")
    answer = client.post(f"/submissions/{submission.pk}/number/", {"letter_number": "另一个"})
    assert answer.status_code == 409
    submission.refresh_from_db()
    assert submission.letter_number == NUMBER


def test_a_number_may_still_be_entered_after_the_scan_if_none_stands(
    submission: Submission, cast: Cast, login: Login
) -> None:
    scan(login(cast.cgj_reporter), submission)
    set_letter_number(submission=submission, by=cast.cgj_reporter, number=NUMBER)
    submission.refresh_from_db()
    assert (submission.attachments.count(), submission.letter_number) == (1, NUMBER)


def test_the_same_number_twice_is_no_change(submission: Submission, cast: Cast) -> None:
    for _ in range(2):
        set_letter_number(submission=submission, by=cast.cgj_reporter, number=NUMBER)
    assert AuditEvent.objects.filter(action="登记发文字号").count() == 1


def test_a_closed_period_keeps_the_number(submission: Submission, cast: Cast) -> None:
    close_period(period=submission.period)
    with pytest.raises(Conflict, match="已关闭"):
        set_letter_number(submission=submission, by=cast.cgj_reporter, number=NUMBER)


def test_a_number_too_long_stays_in_the_page(
    submission: Submission, cast: Cast, login: Login
) -> None:
    answer = login(cast.cgj_reporter).post(
        f"/submissions/{submission.pk}/number/", {"letter_number": "号" * 61}
    )
    assert answer.status_code == 422
    assert f'value="{"号" * 61}"' in answer.content.decode()


def test_others_read_it_but_do_not_keep_it(
    submission: Submission, cast: Cast, login: Login
) -> None:
    for person in (cast.slj_coordinator, cast.auditor):
        page = login(person).get(f"/submissions/{submission.pk}/")
        assert page.status_code == 200
        assert "登记字号" not in page.content.decode()
        assert scan(login(person), submission).status_code == 403
        with pytest.raises(NotAllowed):
            set_letter_number(submission=submission, by=person, number=NUMBER)
    for person in (cast.zjw_reporter, cast.swj_reporter, cast.admin, cast.outsider):
        assert login(person).get(f"/submissions/{submission.pk}/").status_code == 404
        assert scan(login(person), submission).status_code == 404


@pytest.mark.parametrize("content", [b"", b"MZ\x90\x00 not a pdf"])
def test_a_refused_scan_says_why(
    submission: Submission, cast: Cast, login: Login, content: bytes
) -> None:
    answer = scan(login(cast.cgj_reporter), submission, content)
    assert answer.status_code == 422
    assert "盖章件.pdf" in answer.content.decode()


def test_without_a_file_the_page_says_so(submission: Submission, cast: Cast, login: Login) -> None:
    answer = login(cast.cgj_reporter).post(f"/submissions/{submission.pk}/scan/")
    assert answer.status_code == 422
    assert "请先选择扫描件" in answer.content.decode()


def test_paper_has_its_own_letter(period: ReportingPeriod, cast: Cast, login: Login) -> None:
    done = record_paper(
        report=report_of(period, "12.1"),
        by=cast.slj_coordinator,
        content=dict(TEXT),
        received_on=period.opened_at.date(),
        letter_number=NUMBER,
    )
    assert done.submission is not None
    client = login(cast.slj_coordinator)
    page = client.get(f"/submissions/{done.submission_id}/").content.decode()
    assert "线下报送" in page
    assert client.get(f"/submissions/{done.submission_id}/letter/").status_code == 404
    assert client.get(f"/submissions/{done.submission_id}/annex/").status_code == 200
    assert scan(client, done.submission).status_code == 302


def test_a_department_lists_its_own(
    submission: Submission, period: ReportingPeriod, cast: Cast, login: Login
) -> None:
    other = submitted(report_of(period, "11.2"), cast.zjw_reporter)
    approve_reports(reports=[other], by=cast.zjw_approver)

    def bodies(person: User) -> set[str]:
        page = login(person).get("/submissions/").context["page"]
        return {row.department.code for row in page.object_list}

    assert bodies(cast.cgj_reporter) == {"cgj"}
    assert bodies(cast.slj_coordinator) == {"cgj", "zjw"}
    assert bodies(cast.swj_reporter) == set()
    assert login(cast.cgj_reporter).get("/submissions/?page=99999999999999").status_code == 200


def test_a_letter_number_with_controls_is_cleaned(submission: Submission, cast: Cast) -> None:
    done = set_letter_number(
        submission=submission, by=cast.cgj_reporter, number="\u202e万州\x00 城管函\n3号"
    )
    assert done.letter_number == "万州 城管函 3号"
    with pytest.raises(DomainError):
        set_letter_number(submission=submission, by=cast.cgj_reporter, number="x" * 61)


def test_the_number_of_queries_does_not_grow(
    submission: Submission,
    period: ReportingPeriod,
    cast: Cast,
    login: Login,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    one = sent([report_of(period, "12.1")], cast)
    client = login(cast.cgj_approver)
    client.get(f"/submissions/{one.pk}/annex/")
    with django_assert_max_num_queries(30) as few:
        client.get(f"/submissions/{one.pk}/annex/")
    with django_assert_max_num_queries(30) as many:
        client.get(f"/submissions/{submission.pk}/annex/")
    assert len(few) == len(many)
    assert Report.objects.filter(submission=submission).count() == 3
