"""The parts of a workbook beside its cells: which sheets there are, properties, dates' start."""

import posixpath
from typing import NamedTuple

from reports.ledger.container import Package
from reports.ledger.reading.cells import Context
from reports.ledger.reading.kinds import WorkbookRefused
from reports.ledger.reading.strings import shared_strings
from reports.ledger.reading.styles import number_forms
from reports.ledger.reading.xml import REPAIR, elements, truth

_CORE = {"title", "subject", "creator", "keywords", "description", "category", "lastModifiedBy"}


class SheetPart(NamedTuple):
    """A worksheet by its name and the part that holds it."""

    name: str
    hidden: bool
    part: str


class _Relation(NamedTuple):
    kind: str
    target: str


class Workbook:
    """Opens the parts that an examined package's relationships name."""

    def __init__(self, package: Package) -> None:
        self.package = package
        main = [row.target for row in self._relations("").values() if row.kind == "officeDocument"]
        if not main:
            raise WorkbookRefused(f"内部找不到工作簿部件。{REPAIR}")
        self.part = main[0]
        self.related = self._relations(self.part)
        with package.open(self.part) as stream:
            self.elements = elements(stream)

    def sheets(self) -> list[SheetPart]:
        """The worksheets in their order; sheets of charts are left out."""
        found = []
        for tag, attributes, _ in self.elements:
            if tag == "sheet":
                relation = self.related.get(_relation_id(attributes))
                if relation is None:
                    raise WorkbookRefused(
                        f"缺少工作表“{attributes.get('name', '')}”的数据。{REPAIR}"
                    )
                if relation.kind == "worksheet":
                    hidden = attributes.get("state", "visible") != "visible"
                    found.append(SheetPart(attributes.get("name", ""), hidden, relation.target))
        if not found:
            raise WorkbookRefused("里没有工作表。请确认选对了文件。")
        return found

    def context(self) -> Context:
        """What the cells of every sheet refer to."""
        strings, styles = self._kind("sharedStrings"), self._kind("styles")
        date1904 = any(
            tag == "workbookPr" and truth(attributes.get("date1904"))
            for tag, attributes, _ in self.elements
        )
        return Context(
            shared_strings(self.package.open(strings)) if strings else [],
            number_forms(self.package.open(styles)) if styles else [],
            date1904,
        )

    def properties(self) -> dict[str, str]:
        """Core properties that are filled in, and the custom ones, by name."""
        found: dict[str, str] = {}
        for relation in self._relations("").values():
            if relation.kind == "core-properties" and self.package.has(relation.target):
                for tag, _, text in elements(self.package.open(relation.target)):
                    if tag in _CORE and text:
                        found[tag] = text
            if relation.kind == "custom-properties" and self.package.has(relation.target):
                found |= self._custom(relation.target)
        return found

    def _custom(self, part: str) -> dict[str, str]:
        found, value = {}, ""
        for tag, attributes, text in elements(self.package.open(part)):
            if tag == "property":
                found[attributes.get("name", "")] = value
                value = ""
            elif text.strip():
                value = text
        return found

    def _kind(self, kind: str) -> str:
        return next((row.target for row in self.related.values() if row.kind == kind), "")

    def _relations(self, part: str) -> dict[str, _Relation]:
        """Relationships of ``part`` (the package's own for an empty name), by their identifier."""
        folder, _, name = part.rpartition("/")
        source = posixpath.join(folder, "_rels", f"{name}.rels")
        if not self.package.has(source):
            return {}
        return {
            attributes.get("Id", ""): _Relation(
                attributes.get("Type", "").rpartition("/")[2],
                _resolve(folder, attributes.get("Target", "")),
            )
            for tag, attributes, _ in elements(self.package.open(source))
            if tag == "Relationship" and attributes.get("TargetMode") != "External"
        }


def _resolve(folder: str, target: str) -> str:
    """A target as a part's name: relative to the folder, or from the root with a slash."""
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


def _relation_id(attributes: dict[str, str]) -> str:
    """The ``r:id``, whatever the prefix."""
    return next((text for key, text in attributes.items() if key.endswith(":id")), "")
