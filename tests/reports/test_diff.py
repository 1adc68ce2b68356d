"""What changed between two Chinese texts."""

import difflib
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.diff import ADDED, REMOVED, SAME, Segment, diff

CHINESE = st.text(alphabet="水网管漏改造完成公里，。；\n0123456789.%ab ", max_size=80)


def marked(before: str, after: str) -> str:
    """The difference in one line: [-removed-] and {+added+}."""
    marks = {SAME: "{}", REMOVED: "[-{}-]", ADDED: "{{+{}+}}"}
    return "".join(marks[part.kind].format(part.text) for part in diff(before, after))


def test_a_number_changes_as_a_whole() -> None:
    before = "全区 21 家重点用水企业开展水平衡测试。"
    after = "全区 34 家重点用水企业开展水平衡测试。"
    assert marked(before, after) == "全区 [-21-]{+34+} 家重点用水企业开展水平衡测试。"


def test_a_decimal_and_its_percent_sign_stay_together() -> None:
    assert marked("漏损率降至 9.6%。", "漏损率降至 9.3%。") == "漏损率降至 [-9.6%-]{+9.3%+}。"


def test_a_new_clause_is_marked_from_its_start_to_its_end() -> None:
    before = "开展水平衡测试，推广改造项目。"
    after = "开展水平衡测试，其中9家完成整改；推广改造项目。"
    assert marked(before, after) == "开展水平衡测试，{+其中9家完成整改；+}推广改造项目。"


def test_texts_that_have_nothing_in_common_are_replaced_as_a_whole() -> None:
    assert marked("新建雨水池。", "农业灌溉计量") == "[-新建雨水池。-]{+农业灌溉计量+}"


def test_equal_texts_are_one_stretch() -> None:
    assert diff("一样的文字。", "一样的文字。") == [Segment(SAME, "一样的文字。")]


def test_two_empty_texts_have_no_stretch() -> None:
    assert diff("", "") == []


def test_a_text_out_of_nothing_is_all_new() -> None:
    assert diff("", "新的。") == [Segment(ADDED, "新的。")]


def test_clauses_with_other_numbers_are_compared_one_by_one() -> None:
    before = "".join(f"第{n}批完成改造{n}公里，" for n in range(10, 60))
    after = "".join(f"第{n}批完成改造{n + 50}公里，" for n in range(10, 60))
    expected = "".join(f"第{n}批完成改造[-{n}-]{{+{n + 50}+}}公里，" for n in range(10, 60))
    assert marked(before, after) == expected


def test_long_texts_that_say_other_things_are_not_compared_character_by_character(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    words = ["管网改造", "计量设施", "节水企业", "水价改革", "农田灌溉", "宣传培训", "督导检查"]
    before = "".join(f"{words[n % 7]}{n * 3}处{words[n * 3 % 7]}" for n in range(20))
    after = "".join(f"{words[n * 5 % 7]}已有{words[n * 2 % 7]}{n * 7}家" for n in range(20))
    compared, matcher = list[int](), difflib.SequenceMatcher

    def count(junk: None, old: list[str], new: list[str], **options: bool) -> object:
        compared.append(len(old))
        return matcher(junk, old, new, **options)

    monkeypatch.setattr(difflib, "SequenceMatcher", count)
    segments = diff(before, after)
    assert compared == [1]
    assert [part.kind for part in segments if len(part.text) > 9] == [REMOVED, ADDED]


@given(before=CHINESE, after=CHINESE)
def test_nothing_is_lost_on_either_side(before: str, after: str) -> None:
    segments = diff(before, after)
    assert "".join(part.text for part in segments if part.kind != ADDED) == before
    assert "".join(part.text for part in segments if part.kind != REMOVED) == after


@given(before=CHINESE, after=CHINESE)
def test_no_two_neighbours_are_of_a_kind(before: str, after: str) -> None:
    kinds = [part.kind for part in diff(before, after)]
    assert all(left != right for left, right in itertools.pairwise(kinds))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("水" * 20_000, "网" * 20_000),
        ("水，" * 10_000, "网，水，" * 5_000),
        ("改造管网12公里" * 2_500, "改造管网13公里" * 2_500),
        ("".join(f"第{n}处，" for n in range(4000)), "".join(f"第{n}处；" for n in range(4000))),
    ],
)
def test_the_longest_texts_allowed_come_back_whole(before: str, after: str) -> None:
    segments = diff(before, after)
    assert "".join(part.text for part in segments if part.kind != ADDED) == before
    assert "".join(part.text for part in segments if part.kind != REMOVED) == after
