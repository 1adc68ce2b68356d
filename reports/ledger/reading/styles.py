"""Which cell formats show a date or a percentage."""

from typing import IO

from reports.ledger.reading.kinds import CellKind
from reports.ledger.reading.values import format_kind
from reports.ledger.reading.xml import Attributes, parse_main


class _Styles:
    def __init__(self) -> None:
        self.codes: dict[str, str] = {}
        self.formats: list[str] = []
        self.in_cells = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "numFmt":
            self.codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self.in_cells = True
        elif name == "xf" and self.in_cells:
            self.formats.append(attributes.get("numFmtId", "0"))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self.in_cells = False


def number_forms(stream: IO[bytes]) -> list[CellKind]:
    """For each cell style in order: DATE, PERCENT or NUMBER."""
    styles = _Styles()
    parse_main(stream, styles.start, styles.end, lambda text: None)
    kinds = {
        raw: format_kind(int(raw) if raw.isdecimal() else 0, styles.codes.get(raw, ""))
        for raw in set(styles.formats)
    }
    return [kinds[raw] for raw in styles.formats]
