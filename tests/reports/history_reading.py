"""Reading the files of ``history_styles`` and answering what is asked, for several tests."""

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from openpyxl import load_workbook

from reports.ledger.history.answers import Answers, merged
from reports.ledger.history.catalogue import Catalogue
from reports.ledger.history.days import Window
from reports.ledger.history.grid import Grid, pack, unpack
from reports.ledger.history.reading import Reading, read_history
from reports.ledger.reader import read_book
from tests.reports.history_styles import Style, Told, saved, told

_RESAVED: dict[str, bytes] = {}
"""LibreOffice takes seconds: a style's file is re-saved once in a run."""


def content_of(style: Style, folder: Path) -> tuple[bytes, list[Told]]:
    """The file of ``style`` as it comes in, and what it says."""
    rows = told(style.half_year)
    content = saved(style.build(rows))
    if style.resaved:
        if style.name not in _RESAVED:
            _RESAVED[style.name] = resave(content, folder)
        content = _RESAVED[style.name]
    return content, rows


def resave(content: bytes, folder: Path) -> bytes:
    """``content`` after LibreOffice has opened and saved it."""
    soffice = shutil.which("soffice")
    assert soffice, "LibreOffice (calc) is needed: .ci/run installs it"
    before = folder / "before.xlsx"
    before.write_bytes(content)
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    command = [soffice, profile, "--headless", "--convert-to", "xlsx", "--outdir"]
    subprocess.run(
        [*command, str(folder / "after"), str(before)], check=True, capture_output=True, timeout=180
    )
    return (folder / "after" / "before.xlsx").read_bytes()


def grids_of(content: bytes) -> list[Grid]:
    """The sheets as they are kept between two pages."""
    return unpack(json.loads(json.dumps(pack(read_book(content, "台账.xlsx").sheets))))


def understand(
    grids: list[Grid], catalogue: Catalogue, style: Style, kept: Mapping[str, Mapping[str, str]]
) -> Reading:
    window = Window(style.half_year, style.half_year.due_on())
    return read_history(grids, catalogue, Answers(kept), window)


def questions_of(reading: Reading, catalogue: Catalogue) -> dict[str, dict[str, str]]:
    """What is asked, by subject: what a person sees → the key under which it is answered."""
    asked = {
        "sheets": {view.grid.name: str(view.grid.index) for view in reading.sheets if view.is_open},
        "columns": {view.heading: view.key for view in reading.columns if view.is_open},
        "rows": {
            f"{reading.sheets[line.sheet].grid.name} {line.row}": line.key
            for line in reading.lines
            if line.is_open
        },
        "words": {
            f"{one.field}:{one.text}": f"{one.field}:{one.text}"
            for one in reading.questions
            if one.is_open
        },
        "names": {view.name: view.name for view in reading.names if view.is_open},
    }
    return {subject: keys for subject, keys in asked.items() if keys}


def _open_words(reading: Reading) -> list[str]:
    return [f"{one.field}:{one.text}" for one in reading.questions if one.is_open]


def answers_to(
    reading: Reading, catalogue: Catalogue, said: Mapping[str, Mapping[str, str]]
) -> dict[str, dict[str, str]]:
    """``said`` in the form in which it is kept."""
    asked = questions_of(reading, catalogue)
    bodies = {name: str(pk) for pk, name in catalogue.names.items()}
    leads = {
        f"{item.code} {lead.name}": str(lead.assignment)
        for item in catalogue.items
        for lead in item.leads
    }
    result: dict[str, dict[str, str]] = {}
    for subject, answers in said.items():
        for what, answer in answers.items():
            if what not in asked.get(subject, {}):
                continue
            if subject == "rows":
                value = ",".join(leads.get(part, part) for part in answer.split("、"))
            else:
                value = bodies[answer] if subject == "names" else answer
            result.setdefault(subject, {})[asked[subject][what]] = value
    return result


def settled(grids: list[Grid], catalogue: Catalogue, style: Style) -> tuple[Reading, dict]:  # type: ignore[type-arg]
    """The reading after everything that was asked has been answered; and what was asked, where.

    Answers may raise new questions (a column has to be known before its words are).
    """
    kept: dict[str, dict[str, str]] = {}
    asked: dict[str, set[str]] = {}
    for _ in range(4):
        reading = understand(grids, catalogue, style, kept)
        for subject, keys in questions_of(reading, catalogue).items():
            asked.setdefault(subject, set()).update(keys)
        if reading.is_settled:
            break
        kept = merged(kept, answers_to(reading, catalogue, style.asked))
    return reading, {"asked": asked, "kept": kept}


def shown_cells(content: bytes, folder: Path) -> set[tuple[str, str]]:
    """Sheet and place of every cell that shows something, by a reading that is not ours."""
    path = folder / "shown.xlsx"
    path.write_bytes(content)
    book = load_workbook(path)
    return {
        (sheet.title, cell.coordinate)
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None and str(cell.value).strip()
    }
