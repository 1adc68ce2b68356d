"""Defects of a single cell or row, a function each: the bytes of a good workbook go in, and where
the cell is (``C4``); ``part`` is its sheet's. The cell keeps its style."""

import re

from tests.workbooks import SHEET, changed, replaced


def with_cell(good: bytes, at: str, attributes: str, inside: str, part: str = SHEET) -> bytes:
    """The cell ``at``, which has to be there, with other data in it."""

    def change(members: dict[str, bytes]) -> None:
        members[part], count = re.subn(
            rf'<c r="{at}"((?: s="\d+")?)[^>]*?(?:/>|>.*?</c>)'.encode(),
            lambda cell: f'<c r="{at}"'.encode() + cell[1] + f" {attributes}>{inside}</c>".encode(),
            members[part],
            flags=re.DOTALL,
        )
        assert count == 1, at

    return changed(good, change)


def text(good: bytes, at: str, words: str, part: str = SHEET) -> bytes:
    """Nothing wrong: ``words``, which stand in the XML as they are."""
    return with_cell(good, at, 't="inlineStr"', f"<is><t>{words}</t></is>", part)


def text_over_the_limit(good: bytes, at: str, part: str = SHEET) -> bytes:
    """More than openpyxl would write or read back whole."""
    return text(good, at, "字" * 32_768, part)


def number(good: bytes, at: str, raw: str, part: str = SHEET) -> bytes:
    """A number cell with ``raw`` in it: NaN, 1e400, -1, 101."""
    return with_cell(good, at, 't="n"', f"<v>{raw}</v>", part)


def number_typed_as_text(good: bytes, at: str, part: str = SHEET) -> bytes:
    return text(good, at, "４５", part)


def text_where_a_number_belongs(good: bytes, at: str, part: str = SHEET) -> bytes:
    return text(good, at, "大约一半", part)


def formula_with_a_cached_value(good: bytes, at: str, part: str = SHEET) -> bytes:
    return with_cell(good, at, "", "<f>40+5</f><v>45</v>", part)


def formula_without_a_cached_value(good: bytes, at: str, part: str = SHEET) -> bytes:
    return with_cell(good, at, "", "<f>40+5</f>", part)


def shared_formula_of_another_cell(good: bytes, at: str, part: str = SHEET) -> bytes:
    return with_cell(good, at, "", '<f t="shared" si="0"/><v>45</v>', part)


def error_value(good: bytes, at: str, part: str = SHEET) -> bytes:
    return with_cell(good, at, 't="e"', "<v>#REF!</v>", part)


def shared_string_beyond_the_table(good: bytes, at: str, part: str = SHEET) -> bytes:
    return with_cell(good, at, 't="s"', "<v>999999</v>", part)


def shared_string_before_the_table(good: bytes, at: str, part: str = SHEET) -> bytes:
    """Python takes -1 for the last one: another cell's text."""
    return with_cell(good, at, 't="s"', "<v>-1</v>", part)


def shared_string_by_an_odd_number(good: bytes, at: str, part: str = SHEET) -> bytes:
    """Python takes 0_1 and １ for the second one."""
    return with_cell(good, at, 't="s"', "<v>0_1</v>", part)


def kind_that_does_not_exist(good: bytes, at: str, part: str = SHEET) -> bytes:
    return with_cell(good, at, 't="q"', "<v>1</v>", part)


def style_that_does_not_exist(good: bytes, at: str, part: str = SHEET) -> bytes:
    return replaced(number(good, at, "45", part), part, f'r="{at}"'.encode(),
                    f'r="{at}" s="9999"'.encode())  # fmt: skip


def invisible_characters(good: bytes, at: str, part: str = SHEET) -> bytes:
    return text(good, at, "已\u200b完成\u202e", part)


def hidden_row(good: bytes, number: int, part: str = SHEET) -> bytes:
    row = f'<row r="{number}"'.encode()
    return replaced(good, part, row, row + b' hidden="1"')


def filtered(good: bytes, area: str, part: str = SHEET) -> bytes:
    """A filter that is on: its rows are hidden by it."""
    condition = (
        f'<autoFilter ref="{area}"><filterColumn colId="0"><filters><filter val="x"/></filters>'
        "</filterColumn></autoFilter>"
    )
    return replaced(good, part, b"</sheetData>", f"</sheetData>{condition}".encode())


def merged(good: bytes, area: str, part: str = SHEET) -> bytes:
    """``area`` merged, as somebody does who wants one text for several rows."""

    def change(members: dict[str, bytes]) -> None:
        one = f'<mergeCell ref="{area}"/>'.encode()
        if b"</mergeCells>" in members[part]:
            members[part] = members[part].replace(b"</mergeCells>", one + b"</mergeCells>")
        else:
            members[part] = members[part].replace(
                b"</sheetData>", b"</sheetData><mergeCells>" + one + b"</mergeCells>"
            )

    return changed(good, change)
