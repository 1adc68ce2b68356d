"""Which row is which item: what is sure, what is asked, what is left out, and why."""

from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from typing import Any

import pytest

from reports.calendar import HalfYear
from reports.ledger.history.answers import Answers
from reports.ledger.history.catalogue import Catalogue
from reports.ledger.history.days import Window
from reports.ledger.history.grid import Grid, grid_of
from reports.ledger.history.lines import Line
from reports.ledger.history.parts import Kind
from reports.ledger.history.reading import Reading, read_history
from reports.ledger.reading.book import CellKind, Sheet, SheetCell, SheetRow
from reports.selectors.history_catalogue import catalogue_of
from tasks.models import Plan

pytestmark = pytest.mark.django_db
HALF = HalfYear(2021, 1)
HEADS = ["序号", "目标任务", "工作内容", "牵头单位", "推进状态", "完成率", "进展情况", "备注"]
Merge = tuple[int, int, int, int]
Understand = Callable[..., Reading]


def sheet(
    rows: Sequence[Sequence[Any]],
    heads: Sequence[str] = HEADS,
    merges: Sequence[Merge] = (),
    name: str = "台账",
    hidden: bool = False,
) -> Sheet:
    """A sheet with ``heads`` in row 1; a value may be (kind, text)."""
    lines = [list(heads), *rows]
    made = [SheetRow(number, False, cells(number, row)) for number, row in enumerate(lines, 1)]
    return Sheet(name, hidden, [row for row in made if row.cells], list(merges))


def cells(number: int, values: Sequence[Any]) -> dict[int, SheetCell]:
    found = {}
    for column, value in enumerate(values, 1):
        kind, text = value if isinstance(value, tuple) else (CellKind.TEXT, str(value or ""))
        if text:
            found[column] = SheetCell(number, column, kind, text)
    return found


@pytest.fixture
def catalogue(plan: Plan) -> Catalogue:
    return catalogue_of(plan)


@pytest.fixture
def understand(catalogue: Catalogue) -> Understand:
    def read(*sheets: Sheet, **said: dict[str, str]) -> Reading:
        grids: list[Grid] = [grid_of(one, index) for index, one in enumerate(sheets)]
        return read_history(grids, catalogue, Answers(said), Window(HALF, HALF.due_on()))

    return read


@pytest.fixture
def text(catalogue: Catalogue) -> Callable[[str], str]:
    """The work's text of an item by its code."""
    return lambda code: next(item.text for item in catalogue.items if item.code == code)


@pytest.fixture
def title(catalogue: Catalogue) -> Callable[[str], str]:
    return lambda code: next(item.title for item in catalogue.items if item.code == code)


def codes(line: Line, catalogue: Catalogue) -> list[str]:
    return [catalogue.label(pk) for pk in line.targets]


Text = Callable[[str], str]


def test_an_exact_text_is_enough(understand: Understand, catalogue: Catalogue, text: Text) -> None:
    (line,) = understand(sheet([["", "", text("12.1"), "", "", "", "做了"]])).lines
    assert codes(line, catalogue) == ["12.1 区城管局"]


def test_punctuation_blanks_and_full_width_do_not_matter(
    understand: Understand, catalogue: Catalogue, text: Text
) -> None:
    typed = text("13.4").replace("，", ", ").replace("。", "").replace("2", "２")
    (line,) = understand(sheet([["", "", typed, "", "", "", "做了"]])).lines
    assert codes(line, catalogue) == ["13.4 区住房城乡建委"]


def test_near_texts_are_told_apart_only_where_one_stands_out(
    understand: Understand, text: Text
) -> None:
    one, other = text("2.2"), text("2.3")
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    common = "".join(one[block.a : block.a + block.size] for block in blocks)
    (line,) = understand(sheet([["2", "", common, "", "", "", "做了"]])).lines
    assert line.is_open
    assert "也相近" in line.why
    assert {one.item.code for one in line.found.candidates[:2]} == {"2.2", "2.3"}


def test_a_number_against_its_text_is_asked(understand: Understand, text: Text) -> None:
    (line,) = understand(sheet([["12.1", "", text("14.1"), "", "", "", "做了"]])).lines
    assert line.is_open
    assert "序号对不上" in line.why


def test_a_lead_against_the_plans_is_asked(understand: Understand, text: Text) -> None:
    (line,) = understand(sheet([["12", "", text("12.1"), "区教委", "", "", "做了"]])).lines
    assert line.is_open
    assert "方案的牵头单位是区城管局" in line.why


def test_a_code_alone_is_asked(understand: Understand) -> None:
    (line,) = understand(sheet([["12.1", "", "", "", "", "", "做了"]])).lines
    assert line.is_open
    assert line.found.item is not None
    assert line.found.item.code == "12.1"
    assert "除序号外没有可核对的内容" in line.why


def test_a_code_with_its_lead_is_enough(understand: Understand, catalogue: Catalogue) -> None:
    (line,) = understand(sheet([["12-1", "", "", "区城管局", "", "", "做了"]])).lines
    assert codes(line, catalogue) == ["12.1 区城管局"]


def test_title_number_and_lead_are_enough_where_the_task_has_one_row(
    understand: Understand, catalogue: Catalogue, title: Text
) -> None:
    (line,) = understand(sheet([["12", title("12.1"), "", "区城管局", "", "", "做了"]])).lines
    assert codes(line, catalogue) == ["12.1 区城管局"]


def test_but_not_where_it_has_four(understand: Understand, title: Text) -> None:
    (line,) = understand(sheet([["13", title("13.1"), "", "", "", "", "做了"]])).lines
    assert line.is_open


def test_running_numbers_are_not_taken_for_the_tasks(
    understand: Understand, catalogue: Catalogue, text: Text
) -> None:
    """The 14th row is 8.2, and no contradiction to the number 14."""
    items = [item for item in catalogue.items if len(item.leads) == 1][:20]
    order = {item.code: at for at, item in enumerate(catalogue.items, 1)}
    rows = [[order[item.code], "", item.text, "", "", "", "做了"] for item in items]
    lines = understand(sheet(rows)).lines
    assert not any(line.is_open for line in lines)


def test_what_is_typed_once_for_a_task_reaches_down(
    understand: Understand, text: Text, title: Text
) -> None:
    rows = [
        ["13", title("13.1"), text("13.1"), "", "", "", "做了"],
        ["", "", text("13.2")[:30] + "等", "", "", "", "也做了"],
    ]
    lines = understand(sheet(rows)).lines
    assert lines[1].evidence.title == title("13.1")


def test_two_rows_for_one_item_are_asked_and_put_together_on_demand(
    understand: Understand, text: Text
) -> None:
    rows = [["", "", text("12.1"), "", "", "", word] for word in ("先做了", "又做了")]
    first = understand(sheet(rows))
    assert [line.is_open for line in first.lines] == [True, True]
    assert "与第 3 行是同一项" in first.lines[0].why
    (pk,) = first.lines[0].proposal
    said = understand(sheet(rows), rows={"0:2": str(pk), "0:3": str(pk)})
    assert [take.content["progress"] for take in said.takes] == ["先做了\n又做了"]


def test_a_row_without_a_name_goes_on_from_the_one_above(
    understand: Understand, text: Text
) -> None:
    rows = [
        ["12", "", text("12.1"), "", "", "", "先做了"],
        ["", "", "", "", "", "", "又做了"],
    ]
    reading = understand(sheet(rows))
    assert reading.lines[1].is_open
    assert "像是接着第 2 行" in reading.lines[1].why
    assert reading.lines[1].proposal == reading.lines[0].proposal


def test_a_text_merged_over_two_items_is_asked_for_the_second(
    understand: Understand, text: Text
) -> None:
    rows = [
        ["", "", text("13.1"), "", "", "", "两项一起做了"],
        ["", "", text("13.2"), "", "", "", ""],
    ]
    reading = understand(sheet(rows, merges=[(2, 7, 3, 7)]))
    assert [line.is_open for line in reading.lines] == [False, True]
    assert "「进展情况」与上面的行合并在一起" in reading.lines[1].why
    pk = reading.lines[1].proposal[0]
    both = understand(sheet(rows, merges=[(2, 7, 3, 7)]), rows={"0:3": str(pk)})
    assert [take.content["progress"] for take in both.takes] == ["两项一起做了"] * 2
    one = understand(sheet(rows, merges=[(2, 7, 3, 7)]), rows={"0:3": "skip"})
    assert len(one.takes) == 1


def test_a_neighbour_that_spreads_over_a_column_fills_no_other(
    understand: Understand, text: Text
) -> None:
    rows = [["", "", text("12.1"), "", "", "", "做了一段", ""]]
    (take,) = understand(sheet(rows, merges=[(2, 7, 2, 8)])).takes
    assert (take.content["progress"], take.content["note"]) == ("做了一段", "")


KEYED = [*HEADS, "系统编号"]


def keyed(key: str, work: str) -> Sheet:
    return sheet([["", "", work, "", "", "", "做了", "", key]], KEYED)


def test_a_hidden_key_decides_alone(understand: Understand, catalogue: Catalogue) -> None:
    (line,) = understand(keyed("wanzhou-2020-50/2021H1/8.2/cgj", "")).lines
    assert codes(line, catalogue) == ["8.2 区城管局[自来水供水企业]"]


def test_but_not_against_a_text_that_was_written_over(understand: Understand, text: Text) -> None:
    (line,) = understand(keyed("wanzhou-2020-50/2021H1/12.1/cgj", text("14.1"))).lines
    assert line.is_open
    assert "系统编号与工作内容对不上" in line.why


@pytest.mark.parametrize(
    "key", ["other-plan/2021H1/12.1/cgj", "没有编号", "wanzhou-2020-50/1/99.9/x"]
)
def test_a_key_that_is_nobodys_is_asked(understand: Understand, text: Text, key: str) -> None:
    (line,) = understand(keyed(key, text("12.1"))).lines
    assert line.is_open
    assert "系统编号不是本方案的" in line.why


def test_keys_of_another_half_year_make_the_sheet_doubtful(understand: Understand) -> None:
    (view,) = understand(keyed("wanzhou-2020-50/2026H2/12.1/cgj", "")).sheets
    assert view.is_open
    assert "表上写的是2026年下半年" in view.why


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (["合计", "", "", "", "", "80"], Kind.TOTAL),
        (["小 计"], Kind.TOTAL),
        (["三、重点行动"], Kind.HEADING),
        (["（一）总量强度双控"], Kind.HEADING),
        (["区水利局（18项）"], Kind.HEADING),
        (["注：完成率为累计数"], Kind.REMARK),
        (["填表人：张三", "", "审核人：李四", "", "联系电话：58120000"], Kind.REMARK),
        (HEADS, Kind.REPEATED),
        (["12", "", "什么也没填"], Kind.EMPTY),
        (["12", "", "只有备注", "", "", "", "", "未报"], Kind.EMPTY),
    ],
)
def test_what_is_no_item_is_left_out_with_its_reason(
    understand: Understand, row: list[Any], kind: Kind
) -> None:
    (line,) = understand(sheet([row])).lines
    assert line.kind == kind
    assert line.is_left
    assert line.kind.reason


def test_a_wide_text_of_nothing_known_is_asked(understand: Understand) -> None:
    (line,) = understand(sheet([["本期各单位都很努力，成效明显。"]], merges=[(2, 1, 2, 8)])).lines
    assert line.is_open


def test_what_is_left_out_can_be_taken_in(understand: Understand, text: Text) -> None:
    rows = [["合计", "", "", "", "", "", "其实是 12.1 的进展"]]
    pk = understand(sheet([["", "", text("12.1"), "", "", "", "x"]])).lines[0].targets[0]
    (take,) = understand(sheet(rows), rows={"0:2": str(pk)}).takes
    assert take.content["progress"] == "其实是 12.1 的进展"


@pytest.mark.parametrize("said", ["99999999", "abc", "", "-1", "１２"])
def test_an_answer_that_can_not_be_is_none(understand: Understand, said: str) -> None:
    (line,) = understand(sheet([["12.1", "", "", "", "", "", "做了"]]), rows={"0:2": said}).lines
    assert line.is_open


def test_a_sheet_of_another_half_year_is_asked(understand: Understand, text: Text) -> None:
    row = ["", "", text("12.1"), "", "", "", "做了"]
    reading = understand(sheet([row], name="2021年上半年"), sheet([row], name="2020年下半年"))
    assert [view.used for view in reading.sheets] == [True, None]
    assert reading.half_years == [HalfYear(2021, 1), HalfYear(2020, 2)]
    assert len(reading.lines) == 1


def test_a_hidden_sheet_is_asked_and_an_empty_one_left(understand: Understand, text: Text) -> None:
    row = ["", "", text("12.1"), "", "", "", "做了"]
    reading = understand(sheet([row], hidden=True), sheet([], heads=[]))
    assert [view.used for view in reading.sheets] == [None, False]
    assert [view.why for view in reading.sheets] == ["隐藏的表", "空表"]


def test_a_header_that_is_not_found_can_be_named(understand: Understand, text: Text) -> None:
    heads = ["", "", "事情", "", "", "", "怎么样了"]
    rows = [["", "", text("12.1"), "", "", "", "做了"]]
    assert understand(sheet(rows, heads)).sheets[0].is_open
    reading = understand(sheet(rows, heads), sheets={"0": "use"}, headers={"0": "1"})
    assert [view.heading for view in reading.columns if view.is_open] == ["事情", "怎么样了"]
    keys = {view.heading: view.key for view in reading.columns}
    told = {keys["事情"]: "work", keys["怎么样了"]: "progress"}
    reading = understand(sheet(rows, heads), sheets={"0": "use"}, headers={"0": "1"}, columns=told)
    assert [take.content["progress"] for take in reading.takes] == ["做了"]


def refused(understand: Understand, row: list[Any], heads: list[str] = HEADS) -> str:
    reading = understand(sheet([row], heads))
    assert not reading.takes
    (fault,) = reading.faults
    assert fault.cure
    return f"{fault.at} {fault.reason}"


def test_what_is_wrong_with_a_cell_says_where_and_why(understand: Understand, text: Text) -> None:
    work = text("12.1")
    formula, error = (CellKind.FORMULA, "=A1"), (CellKind.ERROR, "#REF!")
    assert "G2 是公式" in refused(understand, ["", "", work, "", "", "", formula])
    assert "G2 是错误值" in refused(understand, ["", "", work, "", "", "", error])
    assert "F2 推进状态为已完成，完成率却是 80" in refused(
        understand, ["", "", work, "", "已完成", "80", "做了"]
    )
    assert "H2 备注有 501 字" in refused(understand, ["", "", work, "", "", "", "做了", "字" * 501])
    assert "G2 进展情况有 20001 字" in refused(understand, ["", "", work, "", "", "", "字" * 20001])


def test_a_formula_where_only_the_item_is_told_does_no_harm(
    understand: Understand, text: Text
) -> None:
    row = [(CellKind.FORMULA, "=ROW()-1"), "", text("12.1"), "", "", "", "做了"]
    assert len(understand(sheet([row])).takes) == 1


def test_done_is_100_and_what_stands_for_long_has_no_rate(
    understand: Understand, text: Text
) -> None:
    rows = [
        ["", "", text("12.1"), "", "已完成", "", "做了"],
        ["", "", text("14.1"), "", "长期坚持", "60", "做了"],
    ]
    done, standing = understand(sheet(rows)).takes
    assert (done.content["completion"], standing.content["completion"]) == (100, None)
    assert list(standing.dropped.values()) == ["长期坚持的事项不计完成率"]


def test_our_own_marks_are_no_remark(understand: Understand, text: Text) -> None:
    rows = [["", "", text("12.1"), "", "", "", "做了", "线下报送；历史导入；见附件"]]
    (take,) = understand(sheet(rows)).takes
    assert take.content["note"] == "见附件"


def test_indicators_come_back_as_our_ledger_writes_them(
    understand: Understand, catalogue: Catalogue, text: Text
) -> None:
    item = next(item for item in catalogue.items if item.code == "11.2")
    (gauge,) = item.gauges
    heads = [*HEADS[:7], "指标"]
    said = f"{gauge.name} 12.5{gauge.measure.unit}"
    (take,) = understand(sheet([["", "", item.text, "", "", "", "做了", said]], heads)).takes
    assert take.content["indicator_values"] == {gauge.code: "12.5"}
    row = ["", "", item.text, "", "", "", "做了", f"{gauge.name} 125%"]
    assert "完成值最多 100%" in refused(understand, row, heads)
    assert "不是" in refused(understand, ["", "", item.text, "", "", "", "做了", "心情 好"], heads)


def test_where_day_and_word_disagree_somebody_says_which_counts(
    understand: Understand, text: Text
) -> None:
    heads = [*HEADS[:7], "报送时间", "是否按时"]
    rows = [["", "", text("12.1"), "", "", "", "做了", "2021.7.20", "按时"]]
    reading = understand(sheet(rows, heads))
    assert reading.disputed == [(0, "I2")]
    assert not reading.is_settled
    by_word = understand(sheet(rows, heads), more={"timing": "word"})
    by_day = understand(sheet(rows, heads), more={"timing": "date"})
    assert [one.takes[0].late for one in (by_word, by_day)] == [False, True]
    assert by_word.is_settled


def test_a_wording_is_asked_once_and_its_answer_holds_everywhere(
    understand: Understand, text: Text
) -> None:
    rows = [["", "", text(code), "", "基本完成", "", "做了"] for code in ("12.1", "14.1")]
    (question,) = understand(sheet(rows)).questions
    assert (question.field, question.proposal, len(question.places)) == ("state", "on_track", 2)
    said = understand(sheet(rows), words={"state:基本完成": "done"})
    assert [take.content["completion"] for take in said.takes] == [100, 100]
    none = understand(sheet(rows), words={"state:基本完成": "none"})
    assert [take.content["state"] for take in none.takes] == ["", ""]
    rubbish = understand(sheet(rows), words={"state:基本完成": "rubbish"})
    assert [question.is_open for question in rubbish.questions] == [True]
    assert [question.is_open for question in said.questions] == [False]


def test_an_answer_about_a_column_holds_for_its_headings_alone(
    understand: Understand, text: Text
) -> None:
    """Another header moves nothing that was said of the columns of other sheets."""
    heads = ["", "", "工作内容", "", "", "", "办得怎么样"]
    rows = [["", "", text("12.1"), "", "", "", "做了"]]
    one, other = sheet(rows, heads), sheet(rows, HEADS, name="另一张")
    first = understand(one, other, sheets={"0": "leave"})
    assert {view.heading for view in first.columns} >= {"进展情况"}
    keys = {view.heading: view.key for view in understand(
        one, other, sheets={"0": "use", "1": "leave"}, headers={"0": "1"}
    ).columns}  # fmt: skip
    said = {keys["办得怎么样"]: "problems"}
    again = understand(one, other, sheets={"0": "leave"}, columns=said)
    assert [take.content["progress"] for take in again.takes] == ["做了"]
