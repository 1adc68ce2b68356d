"""What is taken along although a person may not have seen it, as Chinese sentences."""

from typing import Any

from reports.ledger.reading.kinds import column_letters
from reports.unseen import has_unseen

SHOWN = 3


class Notices:
    """Collects while a sheet is read; ``sentences`` are those of the sheets that have ended."""

    def __init__(self) -> None:
        self.sentences: list[str] = []
        self._hidden: list[str] = []
        self._unseen: list[str] = []

    def see_row(self, number: int, hidden: bool, cells: list[Any]) -> None:
        """Look at a row as the sheet's reader emits it."""
        if hidden:
            self._hidden.append(str(number))
        if has_unseen("\n".join(cells[2::3])):
            self._unseen += [
                f"{column_letters(cells[at])}{number}"
                for at in range(0, len(cells), 3)
                if has_unseen(cells[at + 2])
            ]

    def end_sheet(self, name: str, hidden: bool, filtered: bool) -> None:
        """Say what was seen in the sheet, and start anew."""
        if hidden:
            self.sentences.append(f"工作表“{name}”是隐藏的，已一并读取。")
        if filtered:
            self.sentences.append(f"工作表“{name}”正在筛选，没有显示的行也已读取。")
        if self._hidden:
            self.sentences.append(
                f"工作表“{name}”有隐藏的行（第 {_some(self._hidden)} 行），已一并读取。"
            )
        if self._unseen:
            self.sentences.append(
                f"工作表“{name}”的 {_some(self._unseen)} 单元格含有看不见的字符，请核对。"
            )
        self._hidden, self._unseen = [], []


def _some(places: list[str]) -> str:
    more = f" 等 {len(places)} 个" if len(places) > SHOWN else ""
    return "、".join(places[:SHOWN]) + more
