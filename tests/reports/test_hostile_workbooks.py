"""What is wrong with a file refuses the file, with a sentence that says what to do."""

from collections.abc import Callable

import pytest

from reports.ledger.reader import WorkbookRefused, read_book
from tests.workbooks import FILE_DEFECTS, plain, spoilt

CURES = ("请", "已拒绝")


@pytest.mark.parametrize(
    ("defect", "words"), FILE_DEFECTS.items(), ids=lambda case: getattr(case, "__name__", "")
)
def test_a_defect_refuses_the_file_with_its_sentence(
    defect: Callable[[bytes], bytes], words: str
) -> None:
    with pytest.raises(WorkbookRefused, match=r"^「上报台账\.xlsx」") as refused:
        read_book(spoilt(defect), "上报台账.xlsx")
    assert words in str(refused.value)
    assert any(cure in str(refused.value) for cure in CURES)


def test_the_good_workbook_of_these_tests_is_taken() -> None:
    book = read_book(plain(), "上报台账.xlsx")
    assert [row.cell(2).text for row in book.sheets[0].rows] == ["文字1", "文字2", "文字3", "文字4"]
    assert book.notices == []
