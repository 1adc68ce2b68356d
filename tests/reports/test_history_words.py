"""What single cells of an old ledger say: codes, days, states, rates, names, headings."""

import datetime

import pytest

from reports.calendar import HalfYear
from reports.ledger.history.catalogue import Catalogue
from reports.ledger.history.days import Window, moment_of, read_day
from reports.ledger.history.headings import guess_heading
from reports.ledger.history.names import (
    MOST_NAMES,
    find_body,
    propose_body,
    read_names,
    split_names,
)
from reports.ledger.history.numbers import read_number
from reports.ledger.history.words import (
    is_fraction,
    read_assessment,
    read_on_time,
    read_rate,
    read_state,
)
from reports.ledger.reading.book import CellKind, SheetCell

TEXT, NUMBER, PERCENT = CellKind.TEXT, CellKind.NUMBER, CellKind.PERCENT


def cell(text: str, kind: CellKind = TEXT) -> SheetCell:
    return SheetCell(5, 3, kind, text)


@pytest.mark.parametrize(
    ("text", "kind", "integer", "codes"),
    [
        ("12", TEXT, 12, ()),
        ("１２", TEXT, 12, ()),
        ("12", NUMBER, 12, ()),
        ("十二", TEXT, 12, ()),
        ("（三）", TEXT, 3, ()),
        ("二十", TEXT, 20, ()),
        ("12、", TEXT, 12, ()),
        ("12.1", TEXT, None, ((12, 1),)),
        ("１２．１", TEXT, None, ((12, 1),)),
        ("12-1", TEXT, None, ((12, 1),)),
        ("12-01", TEXT, None, ((12, 1),)),
        ("12（1）", TEXT, None, ((12, 1),)),
        ("12.10", TEXT, None, ((12, 10),)),
        ("12.1", NUMBER, None, ((12, 1), (12, 10))),
        ("12.11", NUMBER, None, ((12, 11),)),
        ("2021-12-01", CellKind.DATE, None, ((12, 1),)),
        ("=ROW()-3", CellKind.FORMULA, None, ()),
        ("#REF!", CellKind.ERROR, None, ()),
        ("无", TEXT, None, ()),
        ("1²", TEXT, None, ()),
        ("", TEXT, None, ()),
    ],
)
def test_a_number_says_task_or_code(
    text: str, kind: CellKind, integer: int | None, codes: tuple[tuple[int, int], ...]
) -> None:
    found = read_number(cell(text, kind))
    assert (found.integer, found.codes) == (integer, codes)
    assert found.damaged is (kind == CellKind.DATE)


H1 = Window(HalfYear(2023, 1), datetime.date(2023, 7, 15))
H2 = Window(HalfYear(2022, 2), datetime.date(2023, 1, 15))


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("2023.7.10", TEXT, "2023-07-10"),
        ("2023年7月10日", TEXT, "2023-07-10"),
        ("２０２３年７月１０日", TEXT, "2023-07-10"),
        ("2023/7/10", TEXT, "2023-07-10"),
        ("2023-07-10", CellKind.DATE, "2023-07-10"),
        ("2023-07-10T16:30:00", CellKind.DATE, "2023-07-10T16:30"),
        ("2023-07-10 16:30", TEXT, "2023-07-10T16:30"),
        ("20230710", TEXT, "2023-07-10"),
        ("23.7.10", TEXT, "2023-07-10"),
        ("7月10日", TEXT, "2023-07-10"),
        ("7.10", TEXT, "2023-07-10"),
        ("二〇二三年七月十日", TEXT, "2023-07-10"),
        ("七月二十一日", TEXT, "2023-07-21"),
        ("45117", NUMBER, "2023-07-10"),
        ("45117.6875", NUMBER, "2023-07-10T16:30"),
    ],
)
def test_a_day_in_the_half_years_own_time_is_sure(text: str, kind: CellKind, value: str) -> None:
    read = read_day(cell(text, kind), H1)
    assert (read.value, read.sure) == (value, True)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("2022.7.10", TEXT, "2022-07-10"),
        ("1月10日", TEXT, "2023-01-10"),
        ("2023.13.10", TEXT, ""),
        ("7.1", NUMBER, ""),
        ("43655", NUMBER, "2019-07-09"),
        ("已报", TEXT, ""),
        ("2023年7月", TEXT, ""),
        ("2023-02-30", TEXT, ""),
    ],
)
def test_any_other_day_is_asked(text: str, kind: CellKind, value: str) -> None:
    read = read_day(cell(text, kind), H1)
    assert (read.value, read.sure) == (value, False)


@pytest.mark.parametrize(
    ("text", "value"),
    [("1月12日", "2023-01-12"), ("12月28日", "2022-12-28"), ("2.3", "2023-02-03")],
)
def test_a_missing_year_is_the_one_in_which_reports_came(text: str, value: str) -> None:
    read = read_day(cell(text), H2)
    assert (read.value, read.sure) == (value, True)


def test_a_day_without_a_time_is_over_only_at_its_end() -> None:
    assert moment_of("2023-07-15").isoformat() == "2023-07-15T23:59:59+08:00"
    assert moment_of("2023-07-15T09:30").isoformat() == "2023-07-15T09:30:00+08:00"


@pytest.mark.parametrize(
    ("text", "value", "sure"),
    [
        ("正常推进", "on_track", True),
        (" 已 完成 ", "done", True),
        ("长期坚持。", "standing", True),
        ("进行中", "on_track", False),
        ("基本完成", "on_track", False),
        ("100%", "done", False),
        ("完成", "done", False),
        ("常态化推进", "standing", False),
        ("已完成（见附件）", "done", False),
        ("严重滞后", "", False),
        ("如期", "", False),
    ],
)
def test_only_our_own_words_for_a_state_are_sure(text: str, value: str, sure: bool) -> None:
    said = read_state(cell(text))
    assert (said.value, said.sure) == (value, sure)


def test_the_receivers_sixth_word_is_an_assessment_only() -> None:
    said = read_assessment(cell("严重滞后"))
    assert (said.value, said.sure) == ("far_behind", True)
    assert read_assessment(cell("明显滞后")).value == "far_behind"


@pytest.mark.parametrize(
    ("text", "value", "sure"),
    [
        ("按时", "on_time", True),
        ("是", "on_time", True),
        ("迟报", "late", True),
        ("否", "late", True),
        ("√", "on_time", False),
        ("×", "late", False),
        ("逾期", "late", False),
        ("未报", "", False),
    ],
)
def test_on_time_or_not(text: str, value: str, sure: bool) -> None:
    said = read_on_time(cell(text))
    assert (said.value, said.sure) == (value, sure)


@pytest.mark.parametrize(
    ("text", "kind", "value", "sure"),
    [
        ("60", NUMBER, "60", True),
        ("６０％", TEXT, "60", True),
        ("60%", PERCENT, "60", True),
        ("0", NUMBER, "0", True),
        ("45.5%", PERCENT, "46", False),
        ("约80%", TEXT, "80", False),
        ("0.6", NUMBER, "60", False),
        ("80%-90%", TEXT, "", False),
        ("已完成", TEXT, "100", False),
        ("120", NUMBER, "", False),
        ("-5", NUMBER, "", False),
        ("1,0", TEXT, "", False),
        ("1²", TEXT, "1", False),
    ],
)
def test_a_rate_by_the_one_parser(text: str, kind: CellKind, value: str, sure: bool) -> None:
    said = read_rate(cell(text, kind))
    assert (said.value, said.sure) == (value, sure)


def test_where_rates_are_parts_of_one_even_1_is_asked() -> None:
    assert is_fraction(cell("0.6", NUMBER))
    assert not is_fraction(cell("60%", PERCENT))
    said = read_rate(cell("1", NUMBER), fractions=True)
    assert (said.value, said.sure) == ("100", False)
    assert read_rate(cell("0", NUMBER), fractions=True).sure
    assert read_rate(cell("100%", PERCENT), fractions=True).sure


NAMES = {"区水利局": 1, "区发展改革委": 2, "区税务局": 3, "万州区税务局": 3, "人行万州中心支行": 4,
         "区住房城乡建委": 5, "区教委": 6}  # fmt: skip
BODIES = Catalogue((), NAMES, {pk: name for name, pk in NAMES.items()})


def test_several_names_stand_in_one_cell() -> None:
    cell_text = "区水利局[直接取水企业]、万州区税务局，重庆市万州区教委\n区 发展改革委"
    assert split_names(cell_text) == [
        "区水利局",
        "万州区税务局",
        "重庆市万州区教委",
        "区发展改革委",
    ]
    named = read_names(cell_text, BODIES, {})
    assert (named.bodies, named.unknown) == ({1, 2, 3, 6}, ())


def test_of_a_cell_that_is_no_list_of_names_a_few_are_looked_at() -> None:
    assert len(split_names("、".join(f"第{number}局" for number in range(1000)))) == MOST_NAMES


def test_a_shortened_name_is_proposed_and_not_taken() -> None:
    assert find_body("区发改委", BODIES) == 0
    assert propose_body("区发改委", BODIES) == 2
    assert propose_body("住建委", BODIES) == 5
    assert propose_body("区局", BODIES) == 0
    named = read_names("区发改委、区水利局", BODIES, {})
    assert (named.bodies, named.unknown) == ({1}, ("区发改委",))
    assert read_names("区发改委", BODIES, {"区发改委": 2}).bodies == {2}
    assert read_names("区某局", BODIES, {"区某局": 0}).bodies == frozenset()


@pytest.mark.parametrize(
    ("heading", "key", "percent"),
    [
        ("进展情况", "progress", 100),
        ("2021年上半年工作进展情况", "progress", 100),
        ("完成率（％）", "completion", 100),
        ("完 成\n比 例", "completion", 100),
        ("牵头单位", "lead", 100),
        ("责任单位", "responsible", 100),
        ("系统编号", "key", 100),
        ("上期进展情况", "skip", 100),
        ("填报状态", "status", 100),
        ("区级部门工作进展情况", "progress", 70),
        ("进展情况及存在问题", "progress", 40),
        ("完成投资（万元）", "", 0),
        ("", "", 0),
    ],
)
def test_a_heading_is_sure_only_as_a_known_word(heading: str, key: str, percent: int) -> None:
    guess = guess_heading(heading)
    assert (guess.key, guess.percent) == (key, percent)
