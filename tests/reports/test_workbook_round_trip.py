"""Out and back again: not a character is lost, and exactly what was edited changes."""

import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from departments.models import User
from reports.actions.drafts import clean_content, save_draft
from reports.ledger.fill_in import ITEMS_SHEET
from reports.ledger.sheet import escape, saved
from reports.models import Report, ReportingPeriod
from reports.text import MAX_UNITS, clean, utf16_units
from tests.cast import Cast
from tests.libreoffice import resaved
from tests.reports.workbook_steps import (
    changes_of,
    counted,
    dropped,
    number_of,
    previewed,
    row_of,
    without_key,
    workbook_of,
)

pytestmark = pytest.mark.django_db
FIELDS = {
    "progress": "进展情况",
    "problems": "存在问题",
    "coordination": "需协调解决事项",
    "next_steps": "下一步计划",
}
PIECES = st.sampled_from(
    [
        *(
            "=",
            "+",
            "-",
            "@",
            "'",
            '"',
            " ",
            "  ",
            "\n",
            "\n\n",
            "\t",
            "\u3000",
            "\xa0",
            "<",
            "&amp;",
        ),
        *("𠮷", "𠀀", "💧", "👨‍👩‍👧", "é", "水", "６．１", "①", "㎡", "=1+1", "“节水”", "\u200b"),
    ]
)
ESCAPES = st.sampled_from(["_x0041_", "_x000D_", "_x005F_", "_x"])
ANY = st.characters(codec="utf-8")
SOME_SETTINGS: dict[str, Any] = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
}


def texts(*more: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """A text as people write it, or one that nobody would; some as long as a field may be."""
    piece = st.one_of(PIECES, ANY, *more)
    short = st.lists(piece, max_size=30).map("".join)
    long = st.sampled_from(["水", "💧", "= ", "a\n"]).map(
        lambda unit: unit * (MAX_UNITS // utf16_units(unit))
    )
    return st.one_of(short, short, short, long)


def contents(written: st.SearchStrategy[str]) -> st.SearchStrategy[list[dict[str, str]]]:
    """The texts of nine items."""
    one = st.fixed_dictionaries(dict.fromkeys(FIELDS, written))
    return st.lists(one, min_size=9, max_size=9)


def reports_of(period: ReportingPeriod) -> list[Report]:
    return list(Report.objects.filter(period=period, department__code="cgj"))


def write(period: ReportingPeriod, by: User, drawn: list[dict[str, str]]) -> None:
    for report, content in zip(reports_of(period), drawn, strict=True):
        save_draft(report=report, by=by, content=dict(content), version=None)


def edited(content: bytes, cells: dict[tuple[str, str], str]) -> bytes:
    """``content`` with cells ((item, field) → text) typed over, as Excel would store them."""
    book = load_workbook(io.BytesIO(content))
    sheet = book[ITEMS_SHEET]
    for (code, field), text in cells.items():
        cell = sheet.cell(row_of(sheet, code), number_of(sheet, FIELDS[field]))
        cell.value = escape(text)
        cell.data_type = "s"
    return saved(book)


def check_untouched(period: ReportingPeriod, cast: Cast, content: bytes) -> None:
    found = previewed(dropped(period, cast.cgj_reporter, content))
    assert changes_of(found) == {}
    assert counted(found) == {"unchanged": 9}


def check_edits(
    period: ReportingPeriod, cast: Cast, content: bytes, cells: dict[tuple[str, str], str]
) -> None:
    found = previewed(dropped(period, cast.cgj_reporter, content))
    wanted: dict[str, dict[str, str]] = {}
    for (code, field), text in cells.items():
        wanted.setdefault(code, {})[field] = text
    assert changes_of(found) == wanted
    assert sum(counted(found).values()) == 9


def edits(
    data: st.DataObject, period: ReportingPeriod, written: st.SearchStrategy[str]
) -> dict[tuple[str, str], str]:
    """Some cells and other texts for them."""
    reports = {r.assignment.work_item.code: r for r in reports_of(period)}
    places = st.tuples(st.sampled_from(sorted(reports)), st.sampled_from(sorted(FIELDS)))
    drawn = data.draw(st.dictionaries(places, written.map(lambda text: clean(text).text)))
    return {
        (code, field): text
        for (code, field), text in drawn.items()
        if text and text != getattr(reports[code], field) and utf16_units(text) <= MAX_UNITS
    }


@settings(max_examples=6, **SOME_SETTINGS)
@given(data=st.data())
def test_what_went_out_comes_back_unchanged_and_edits_change_exactly_their_cells(
    period: ReportingPeriod, cast: Cast, data: st.DataObject
) -> None:
    written = texts(ESCAPES)
    write(period, cast.cgj_reporter, data.draw(contents(written)))
    out = workbook_of(period)
    for way in (bytes, without_key):
        check_untouched(period, cast, way(out))
        cells = edits(data, period, written)
        check_edits(period, cast, way(edited(out, cells)), cells)


@pytest.mark.once
@settings(max_examples=2, **SOME_SETTINGS)
@given(data=st.data())
def test_the_same_after_libreoffice_has_saved_the_file(
    period: ReportingPeriod,
    cast: Cast,
    tmp_path_factory: pytest.TempPathFactory,
    data: st.DataObject,
) -> None:
    """Without what looks like an escape: LibreOffice itself takes that for the character."""
    write(period, cast.cgj_reporter, data.draw(contents(texts())))
    out, cells = workbook_of(period), edits(data, period, texts())
    folder = tmp_path_factory.mktemp("office")
    untouched, changed = resaved(folder, out, edited(out, cells))
    check_untouched(period, cast, untouched)
    check_edits(period, cast, changed, cells)


def test_libreoffice_keeps_what_the_way_in_needs(
    period: ReportingPeriod, cast: Cast, tmp_path: Path
) -> None:
    [content] = resaved(tmp_path, workbook_of(period))
    book = load_workbook(io.BytesIO(content))
    own = {each.name: each.value for each in book.custom_doc_props.props}
    assert (own["单位代码"], own["报告期代码"]) == ("cgj", "2026H2")
    assert own["导出时间"].startswith("2027-01-05T10:00")
    sheet = book[ITEMS_SHEET]
    letter = sheet.cell(3, number_of(sheet, "系统编号")).column_letter
    assert sheet.column_dimensions[letter].hidden
    assert sheet.protection.sheet
    assert not sheet.cell(row_of(sheet, "12.1"), number_of(sheet, "进展情况")).protection.locked
    assert {rule.type for rule in sheet.data_validations.dataValidation} >= {"list", "whole"}


def test_the_rule_of_the_texts_is_the_forms(period: ReportingPeriod) -> None:
    """What the property draws is what a person can have saved: cleaned, and within the limit."""
    assert clean_content({"progress": "a\r\nb\x00"})["progress"] == "a\nb"
