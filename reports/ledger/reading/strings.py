"""Texts of a workbook: shared strings, joined runs, Excel's own escapes."""

import re
from typing import IO

from reports.ledger.reading.xml import Attributes, parse_main

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


def unescape(text: str) -> str:
    """``_x000D_`` and its like as the characters that Excel means; ``_x005F_`` is the underscore.

    Two halves of a pair become their character; a half alone stays, for the cleaning to find.
    """
    if "_x" not in text:
        return text
    decoded = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    return decoded.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


class _Strings:
    def __init__(self) -> None:
        self.found: list[str] = []
        self.runs: list[str] = []
        self.texts: list[str] = []
        self.phonetic = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "t":
            self.texts.clear()
        elif name == "si":
            self.runs.clear()
        elif name == "rPh":
            self.phonetic = True

    def end(self, name: str) -> None:
        if name == "t":
            if not self.phonetic:
                self.runs += self.texts
        elif name == "si":
            self.found.append(unescape("".join(self.runs)))
        elif name == "rPh":
            self.phonetic = False


def shared_strings(stream: IO[bytes]) -> list[str]:
    """The table that cells refer to by position: runs joined, phonetic guides left out."""
    strings = _Strings()
    parse_main(stream, strings.start, strings.end, strings.texts.append)
    return strings.found
