"""A second reading of the plan document, independent of the plan file and of its reader.

It reads the document's plain text line by line, as a person with a ruler would: in the annex a
line that starts with a tab opens a cell, any other line continues the cell above, and five cells
are a row. No name of a department is known here and no value is looked up in the plan file.
"""

import dataclasses
import re
from pathlib import Path

DOCUMENT = Path(__file__).with_name("wanzhou-2020-50.txt")
ANNEX_STARTS = "万州区节水行动实施方案重点任务分工表"


@dataclasses.dataclass(frozen=True)
class AnnexRow:
    """A row of the annex; ``task`` and ``title`` are carried down into the merged cells."""

    task: int
    title: str
    row: int
    text: str
    lead_cell: str
    responsible_cell: str

    @property
    def code(self) -> str:
        return f"{self.task}.{self.row}"


def full_text() -> str:
    """The document without its byte artefacts."""
    return DOCUMENT.read_text(encoding="utf-8").replace("[bookmark: _GoBack]", "")


def annex_lines() -> list[str]:
    lines = full_text().split("\n")
    start = max(number for number, line in enumerate(lines) if line.strip() == ANNEX_STARTS)
    return lines[start + 1 :]


def annex_cells() -> list[str]:
    """Every cell of the annex in reading order, head row included."""
    cells: list[str] = []
    for line in annex_lines():
        if line.startswith("\t"):
            cells.append(line[1:])
        elif line.strip():
            cells[-1] += line
    return [cell.strip() for cell in cells]


def annex_rows() -> list[AnnexRow]:
    cells = annex_cells()
    assert len(cells) % 5 == 0, "a row of the annex has five cells"
    rows: list[AnnexRow] = []
    task, title, count = 0, "", 0
    for start in range(5, len(cells), 5):
        number, heading, text, lead, responsible = cells[start : start + 5]
        task, title, count = (int(number), heading, 1) if number else (task, title, count + 1)
        rows.append(AnnexRow(task, title, count, text, lead, responsible))
    return rows


def body_sections() -> dict[str, tuple[str, str]]:
    """Headings of the body: title of a task → (chapter, section) under which it stands.

    A numbered paragraph (1．…) of a chapter with sections is a task, and so is each （一）… of
    the chapter 五、保障措施, which has no sections.
    """
    found: dict[str, tuple[str, str]] = {}
    chapter = section = ""
    for line in full_text().split("\n"):
        if line.strip() == "附件":
            break
        if re.match(r"[一二三四五]、", line):
            chapter, section = line.strip(), ""
        elif match := re.match(r"（[一二三四五六七]）(?P<title>[^。]+)(?P<more>。.*)?$", line):
            if match["more"]:
                found[match["title"]] = (chapter, chapter.partition("、")[2])
            else:
                section = line.strip()
        elif match := re.match(r"\d+．(?P<title>[^。]+)。", line):
            found[match["title"]] = (chapter, section)
    return found


def printed_names(cell: str) -> list[str]:
    """The names printed in a cell, read character by character; scopes in [ ] are dropped."""
    names, depth = [""], 0
    for character in cell:
        depth += {"[": 1, "]": -1}.get(character, 0)
        if character in "、，":
            names.append("")
        elif not depth and character != "]":
            names[-1] += character
    return names
