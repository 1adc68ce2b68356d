"""How nearly two texts are the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.likeness import NEARLY, Likenesses, likeness, nearly_same, says_the_same

LAST = (
    "本半年完成老城区供水管网改造 6.1 公里，累计 14.5 公里；更换智能水表 1,200 只，"
    "检漏 320 公里，修复漏点 47 处，漏损率降至 9.6%。"
)
TEXT = st.text(alphabet="水网管漏改造完成公里，。；\n 0123456789.%ab", max_size=60)


def test_equal_texts_are_100() -> None:
    assert likeness(LAST, LAST) == 100


@pytest.mark.parametrize(
    "after",
    [
        LAST.replace("，", "；").replace(" ", ""),
        LAST.replace("6.1", "６.1").replace("%", "％"),
        f"\n{LAST}\n",
        LAST.replace("1,200", "1200"),
    ],
    ids=["punctuation", "full width", "blank lines", "thousands"],
)
def test_blanks_punctuation_and_full_width_forms_make_no_difference(after: str) -> None:
    assert likeness(LAST, after) == 100


@pytest.mark.parametrize(
    ("before", "after"),
    [("10.5 公里", "105 公里"), ("9.6%", "9.6"), ("12 处", "21 处")],
)
def test_another_number_is_another_text(before: str, after: str) -> None:
    assert likeness(before, after) < 100


def test_two_pairs_of_three_are_67_by_hand() -> None:
    """水网好 has (start, 水) (水, 网) (网, 好), 水网坏 shares the first two: 2 × 2 / 6."""
    assert likeness("水网好", "水网坏") == 67


def test_the_same_text_with_another_figure_is_nearly_the_same() -> None:
    after = LAST.replace("6.1", "3.2")
    assert NEARLY <= likeness(LAST, after) < 100
    assert nearly_same(LAST, after) == likeness(LAST, after)


def test_sentences_in_another_order_are_nearly_the_same() -> None:
    first, second = LAST.split("；")
    assert likeness(f"{first}；{second}", f"{second}；{first}") >= NEARLY


def test_one_changed_character_of_a_long_text_is_not_100() -> None:
    long = LAST * 40
    assert likeness(long, f"{long[:-3]}9%。") == 99


def test_a_text_of_its_own_is_not_nearly_the_same() -> None:
    after = "联合区财政局下达节水改造资金 800 万元，签订合同节水项目 3 个。"
    assert likeness(LAST, after) < 30
    assert nearly_same(LAST, after) == 0


def test_a_text_that_grew_by_half_is_not_nearly_the_same() -> None:
    assert (
        nearly_same(LAST, LAST + "新建再生水管网 2 公里，完成雨污分流改造 5 处，投资三千万。") == 0
    )


def test_said_twice_is_not_said_once() -> None:
    assert likeness("完成改造。", "完成改造。" * 40) < NEARLY


@pytest.mark.parametrize("blank", ["", " \n", "——。"])
def test_an_empty_text_is_like_no_other(blank: str) -> None:
    assert (likeness(blank, blank), likeness(blank, LAST), nearly_same(LAST, blank)) == (0, 0, 0)


@given(before=TEXT, after=TEXT)
def test_it_is_a_percentage_and_the_same_from_both_sides(before: str, after: str) -> None:
    found = likeness(before, after)
    assert 0 <= found <= 100
    assert likeness(after, before) == found
    assert nearly_same(before, after) == (found if found >= NEARLY else 0)


@given(before=TEXT, after=TEXT, long=st.booleans())
def test_saying_the_same_is_100(before: str, after: str, long: bool) -> None:
    tail = LAST if long else ""
    for was, now in ((before + tail, after + tail), (before, f" {before}。"), (tail, tail)):
        assert says_the_same(was, now) == (likeness(was, now) == 100)


@given(texts=st.lists(TEXT, max_size=6), text=TEXT)
def test_many_at_once_are_as_like_as_each_alone(texts: list[str], text: str) -> None:
    assert Likenesses(texts).to(text) == [likeness(text, other) for other in texts]
