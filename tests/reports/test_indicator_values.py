"""Values of indicators entered on a page of their own: who, when, what is refused, what is kept."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from departments.errors import Conflict, DomainError, NotAllowed
from reports.actions.attachments import RefusedFile, remove_attachment
from reports.actions.indicator_values import Doubtful
from reports.actions.paper import record_paper
from reports.actions.review import return_report
from reports.models import Attachment, Measurement, Report, ReportingPeriod
from reports.selectors.measurements import standing, values_before
from reports.states import Status
from tasks.models import Indicator
from tests.cast import Cast, report_of
from tests.reports.files import EXE, PNG
from tests.reports.indicator_steps import GDP, LEAKAGE, enter, half_year, put, series_for
from tests.reports.steps import TEXT, filed

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(period: ReportingPeriod, cast: Cast) -> Report:
    """12.1 as 区城管局 filed it, with 9.3."""
    return filed(report_of(period, "12.1"), cast, indicator_values={LEAKAGE: "9.3"})


def counted(period: ReportingPeriod, code: str = LEAKAGE) -> Measurement | None:
    return standing(Measurement.objects.filter(period=period, indicator__code=code))


def test_after_the_filing_the_reporter_corrects_the_preliminary_value(
    sent: Report, cast: Cast
) -> None:
    row = enter(sent.period, cast.cgj_reporter, "9.4", final=False, comment="年末复核")
    assert (row.value, row.is_final, row.by) == (Decimal("9.4"), False, cast.cgj_reporter)
    assert (row.source, row.comment) == ("区城管局年报", "年末复核")
    assert counted(sent.period) == row
    values = Measurement.objects.order_by("pk").values_list("value", flat=True)
    assert list(values) == [Decimal("9.3"), Decimal("9.4")]


def test_the_reviewing_receiver_confirms(sent: Report, cast: Cast) -> None:
    row = enter(sent.period, cast.slj_coordinator, "9.3")
    assert row.is_final
    assert counted(sent.period) == row


def test_the_final_value_outweighs_a_later_preliminary_one(sent: Report, cast: Cast) -> None:
    final = enter(sent.period, cast.slj_coordinator, "9.3")
    return_report(report=sent, by=cast.slj_coordinator, comment="请补正")
    filed(sent, cast, indicator_values={LEAKAGE: "9.6"})
    assert Measurement.objects.filter(value="9.6", is_final=False).exists()
    assert counted(sent.period) == final


@pytest.mark.parametrize("status", [Status.BLANK, Status.DRAFT, Status.PENDING, Status.RETURNED])
def test_before_the_filing_the_value_goes_with_the_report(
    period: ReportingPeriod, cast: Cast, status: Status
) -> None:
    report = report_of(period, "12.1")
    Report.objects.filter(pk=report.pk).update(status=status)
    with pytest.raises(Conflict, match="还没有报送，完成值请在填报页填写，随报送一并审签"):
        enter(period, cast.cgj_reporter, final=False)
    assert not Measurement.objects.exists()


def test_one_that_owes_no_report_may_still_tell_its_value(
    period: ReportingPeriod, cast: Cast
) -> None:
    Report.objects.filter(pk=report_of(period, "12.1").pk).update(status=Status.EXEMPT)
    assert enter(period, cast.cgj_reporter, final=False).value == Decimal("9.3")


@pytest.mark.parametrize(
    "name",
    [
        "cgj_approver", "zjw_reporter", "swj_reporter", "slj_reporter", "slj_coordinator",
        "fgw_coordinator", "admin", "auditor", "outsider",
    ],
)  # fmt: skip
def test_only_the_leads_reporter_enters_a_preliminary_value(
    sent: Report, cast: Cast, name: str
) -> None:
    with pytest.raises(NotAllowed, match="初步数由牵头单位的填报员录入"):
        enter(sent.period, getattr(cast, name), final=False)


@pytest.mark.parametrize(
    "name", ["cgj_reporter", "cgj_approver", "fgw_coordinator", "admin", "auditor", "outsider"]
)
def test_only_the_reviewing_receiver_confirms(sent: Report, cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowed, match="核定数由审核单位的汇总员录入"):
        enter(sent.period, getattr(cast, name))


def test_nobody_confirms_their_own_house(period: ReportingPeriod, cast: Cast) -> None:
    own = series_for(GDP, "slj")
    with pytest.raises(NotAllowed):
        enter(period, cast.slj_coordinator, "50", series=own)
    assert enter(period, cast.fgw_coordinator, "50", series=own).is_final


def test_an_indicator_on_no_row_is_the_first_receivers(period: ReportingPeriod, cast: Cast) -> None:
    Indicator.objects.filter(code=GDP).update(work_item=None)
    own = series_for(GDP, "slj")
    assert not enter(period, cast.slj_reporter, "50", series=own, final=False).is_final
    assert enter(period, cast.fgw_coordinator, "50", series=own).is_final


def test_after_the_final_value_the_preliminary_one_stands(sent: Report, cast: Cast) -> None:
    enter(sent.period, cast.slj_coordinator, "9.3")
    with pytest.raises(Conflict, match="本期已有核定数，初步数不再改"):
        enter(sent.period, cast.cgj_reporter, "9.4", final=False, comment="改")


def test_a_closed_half_year_takes_final_values_only(sent: Report, cast: Cast) -> None:
    ReportingPeriod.objects.update(closed_at=sent.period.opened_at)
    sent.period.refresh_from_db()
    with pytest.raises(Conflict, match="2026年下半年报告期已关闭，初步数不再改"):
        enter(sent.period, cast.cgj_reporter, "9.4", final=False, comment="改")
    assert enter(sent.period, cast.slj_coordinator, "9.3").is_final


def test_a_withdrawn_indicator_takes_no_value(sent: Report, cast: Cast) -> None:
    Indicator.objects.filter(code=LEAKAGE).update(withdrawn_on="2027-01-01")
    with pytest.raises(Conflict, match="已从方案中撤销，不再收新的完成值"):
        enter(sent.period, cast.slj_coordinator)


@pytest.mark.parametrize(
    ("value", "changes", "sentence"),
    [
        ("101", {}, "完成值最多 100%"),
        ("-1", {}, "不能是负数"),
        ("9.3", {"source": " \u200b"}, "请写明数据来源"),
        ("9.3", {"source": "源" * 101}, "来源最多 100 字"),
        ("9.3", {"comment": "由" * 201}, "更正说明最多 200 字"),
        ("9.3", {"as_of": datetime.date(2026, 6, 30)}, "截至日期应在2026年7月1日到2026年12月31日"),
        ("9.3", {"as_of": datetime.date(2027, 1, 1)}, "填的是2027年1月1日"),
        ("9.4", {}, "现有初步数是 9.3，与所填不同，请写明更正说明"),
    ],
)
def test_what_cannot_be_is_refused(
    sent: Report, cast: Cast, value: str, changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(DomainError, match=sentence):
        enter(sent.period, cast.slj_coordinator, value, **changes)
    assert Measurement.objects.count() == 1


def test_a_date_that_has_not_come_is_refused(cast: Cast, now: Any, sent: Report) -> None:
    now.move_to(datetime.datetime(2026, 12, 20, 2, tzinfo=datetime.UTC))
    with pytest.raises(DomainError, match="到2026年12月20日之间，填的是2026年12月31日"):
        enter(sent.period, cast.slj_coordinator)


def test_a_jump_is_asked_about_and_taken_when_sure(sent: Report, cast: Cast) -> None:
    put(series_for(), half_year(sent.period.plan, 2026, 1), "4")
    with pytest.raises(Doubtful, match="较2026年上半年的 4%变化 133%，超过一半") as asked:
        enter(sent.period, cast.slj_coordinator, "9.3")
    assert (asked.value.value, asked.value.status_code) == (Decimal("9.3"), 422)
    with pytest.raises(Doubtful):
        enter(sent.period, cast.slj_coordinator, "9.5", sure=Decimal("9.3"), comment="核")
    assert enter(sent.period, cast.slj_coordinator, "9.3", sure=Decimal("9.30")).is_final


def test_what_counts_from_january_is_held_against_the_same_half(
    period: ReportingPeriod, cast: Cast
) -> None:
    own = series_for("total-water", "slj")
    put(own, half_year(period.plan, 2026, 1), "2.4")
    assert values_before(period, own.department.pk, [own.indicator]) == {}
    put(own, half_year(period.plan, 2025, 2), "4.7")
    before = values_before(period, own.department.pk, [own.indicator])[own.indicator.pk]
    assert (before.label, before.value) == ("2025年下半年", Decimal("4.7"))
    assert enter(period, cast.fgw_coordinator, "4.8", series=own).value == Decimal("4.8")


def test_a_half_year_without_a_value_is_passed_over(period: ReportingPeriod) -> None:
    own = series_for()
    put(own, half_year(period.plan, 2025, 1), "10.2")
    half_year(period.plan, 2026, 1)
    before = values_before(period, own.department.pk, [own.indicator])[own.indicator.pk]
    assert before.label == "2025年上半年"


def test_the_same_again_writes_nothing(sent: Report, cast: Cast) -> None:
    first = enter(sent.period, cast.slj_coordinator, "9.3", seen=0 or None)
    again = enter(sent.period, cast.slj_coordinator, "9.3", seen=1)
    assert again == first
    assert Measurement.objects.filter(is_final=True).count() == 1


def test_the_second_of_two_people_is_told(sent: Report, cast: Cast) -> None:
    seen = Measurement.objects.get().pk
    enter(sent.period, cast.cgj_reporter, "9.4", final=False, comment="复核", seen=seen)
    with pytest.raises(Conflict, match="刚被他人修改"):
        enter(sent.period, cast.cgj_colleague, "9.5", final=False, comment="核", seen=seen)


def test_a_file_stays_with_its_value(
    sent: Report, cast: Cast, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path

    def upload() -> SimpleUploadedFile:
        return SimpleUploadedFile("年报.png", PNG)

    row = enter(sent.period, cast.slj_coordinator, upload=upload())
    enter(sent.period, cast.slj_coordinator, upload=upload())
    kept = Attachment.objects.get(measurement=row)
    assert kept.name == "年报.png"
    with pytest.raises(Conflict, match="完成值的材料不能移除"):
        remove_attachment(attachment=kept, by=cast.slj_coordinator)
    seen_by = {
        name
        for name in ("cgj_reporter", "zjw_reporter", "auditor", "swj_reporter", "outsider")
        if Attachment.objects.visible_to(getattr(cast, name)).filter(pk=kept.pk).exists()
    }
    assert seen_by == {"cgj_reporter", "zjw_reporter", "auditor"}


def test_a_refused_file_refuses_the_whole(sent: Report, cast: Cast) -> None:
    upload = SimpleUploadedFile("年报.pdf", EXE)
    with pytest.raises(RefusedFile, match=r"年报\.pdf"):
        enter(sent.period, cast.slj_coordinator, upload=upload)
    assert Measurement.objects.count() == 1


def test_a_value_that_the_refiled_report_leaves_out_no_longer_counts(
    sent: Report, cast: Cast
) -> None:
    return_report(report=sent, by=cast.slj_coordinator, comment="数字有误，请核对")
    assert counted(sent.period) is not None
    filed(sent, cast, indicator_values={})
    assert counted(sent.period) is None
    values = Measurement.objects.order_by("pk").values_list("value", flat=True)
    assert list(values) == [Decimal("9.3"), None]


def test_a_correction_is_not_undone_by_refiling_the_old_value(sent: Report, cast: Cast) -> None:
    enter(sent.period, cast.cgj_reporter, "9.4", final=False, comment="复核")
    return_report(report=sent, by=cast.slj_coordinator, comment="请补正文字")
    filed(sent, cast, indicator_values={LEAKAGE: "9.3"})
    row = counted(sent.period)
    assert row is not None
    assert row.value == Decimal("9.4")


def test_on_paper_the_value_is_the_departments(period: ReportingPeriod, cast: Cast) -> None:
    report = report_of(period, "12.1")
    content = {**TEXT, "indicator_values": {LEAKAGE: "9.3"}}
    day = datetime.date(2027, 1, 5)
    record_paper(report=report, by=cast.slj_coordinator, content=content, received_on=day)
    assert Measurement.objects.get().department == report.department


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("cgj_reporter", 1), ("cgj_approver", 1), ("zjw_reporter", 1), ("slj_coordinator", 1),
        ("fgw_coordinator", 1), ("auditor", 1), ("swj_reporter", 0), ("admin", 0), ("outsider", 0),
    ],
)  # fmt: skip
def test_values_are_seen_by_who_takes_part(sent: Report, cast: Cast, name: str, count: int) -> None:
    assert Measurement.objects.visible_to(getattr(cast, name)).count() == count


def test_rows_are_never_changed_or_deleted(sent: Report) -> None:
    row = Measurement.objects.get()
    with pytest.raises(TypeError):
        row.save()
    with pytest.raises(TypeError):
        row.delete()
