"""Words of a search, and the places that are marked."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.searching import Segment, excerpt, fold, mark, read_terms


def marked(segments: list[Segment]) -> list[str]:
    return [segment.text for segment in segments if segment.hit]


def joined(segments: list[Segment]) -> str:
    return "".join(segment.text for segment in segments)


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("漏损", ["漏损"]),
        ("管网 漏损　管网", ["管网", "漏损"]),
        ("12.1", ["12.1"]),
        ("50%", ["50%"]),
        ("", []),
    ],
)
def test_words_are_parted_by_blanks_each_once(query: str, terms: list[str]) -> None:
    assert read_terms(query) == terms


@pytest.mark.parametrize("query", ["水", "漏损 水", "%", "_", "５"])
def test_one_character_says_what_to_do(query: str) -> None:
    word = query.rsplit(maxsplit=1)[-1]
    with pytest.raises(ValueError, match=f"「{re.escape(word)}」只有一个字.*请至少写两个字"):
        read_terms(query)


def test_too_many_words_are_refused() -> None:
    with pytest.raises(ValueError, match="最多同时查 5 个词，现有 6 个"):
        read_terms("一一 二二 三三 四四 五五 六六")


@pytest.mark.parametrize(
    ("text", "terms", "hits"),
    [
        ("管网漏损率 9.3%", ["漏损"], ["漏损"]),
        ("更换ＰＶＣ管和pvc阀", ["pvc"], ["ＰＶＣ", "pvc"]),
        ("更换 PVC 管", ["ＰＶＣ"], ["PVC"]),
        ("完成 50% 和 500", ["50%"], ["50%"]),
        ("a_b 与 axb", ["a_b"], ["a_b"]),
        ("节水节水型", ["节水型", "节水"], ["节水", "节水型"]),
        ("(一)", ["(一"], ["(一"]),
    ],
)
def test_every_spelling_is_marked(text: str, terms: list[str], hits: list[str]) -> None:
    assert marked(mark(text, terms)) == hits


@given(st.text(max_size=60), st.lists(st.text("漏损水ab%_.*(", min_size=2, max_size=3), max_size=3))
def test_marking_changes_no_text(text: str, terms: list[str]) -> None:
    assert joined(mark(text, terms)) == text


def test_an_excerpt_begins_near_the_word_on_one_line() -> None:
    found = excerpt("前" * 100 + "\n管网漏损\n" + "后" * 400, ["漏损"])
    assert marked(found) == ["漏损"]
    assert joined(found).startswith("…前")
    assert joined(found).endswith("后…")
    assert len(joined(found)) <= 152
    assert "\n" not in joined(found)


def test_a_short_text_is_quoted_whole_and_one_without_the_word_not_at_all() -> None:
    assert joined(excerpt("管网漏损。", ["漏损"])) == "管网漏损。"
    assert excerpt("管网。", ["漏损"]) == []


def test_folding_makes_forms_and_case_one() -> None:
    assert fold("ＰＶＣ 50％") == fold("pvc 50%") == "pvc 50%"
