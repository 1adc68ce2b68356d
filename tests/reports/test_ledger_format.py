"""The ledger against the document, in LibreOffice, by the plan's own choice, and as documented."""

import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from openpyxl import load_workbook

from reports.ledger.columns import chosen
from reports.ledger.docs import column_table, fill_in_table, indicator_table
from reports.ledger.workbook import FIRST_ROW, HEADER_ROW
from reports.models import LedgerLayout, ReportingPeriod
from tasks.models import Plan
from tests.reports.test_export_ledger import unmerged
from tests.tasks.document import annex_rows

pytestmark = pytest.mark.django_db


def test_every_annex_cell_equals_a_second_reading_of_the_document(
    period: ReportingPeriod, tmp_path: Path
) -> None:
    path = tmp_path / "ledger.xlsx"
    call_command("exportledger", "2026H2", str(path), verbosity=0)
    sheet = load_workbook(path).worksheets[0]
    printed = []
    for row in annex_rows():
        cells = [str(row.task), row.title, row.text, row.lead_cell, row.responsible_cell]
        printed += [cells] * (2 if row.code == "8.2" else 1)
    rows = range(FIRST_ROW, FIRST_ROW + 53)
    shown = [[unmerged(sheet, row, column) for column in range(1, 6)] for row in rows]
    assert shown == printed


def test_libreoffice_opens_it_and_reads_the_same_cells(
    period: ReportingPeriod, tmp_path: Path
) -> None:
    path = tmp_path / "ledger.xlsx"
    call_command("exportledger", "2026H2", str(path), verbosity=0)
    soffice = shutil.which("soffice")
    assert soffice, "LibreOffice (calc) is needed: .ci/run installs it"
    out = tmp_path / "again"
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    command = [soffice, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(out)]
    subprocess.run([*command, str(path)], check=True, capture_output=True, timeout=180)
    ours, theirs = (load_workbook(each).worksheets[0] for each in (path, out / "ledger.xlsx"))
    for row in range(HEADER_ROW, HEADER_ROW + 54):
        for column in range(1, 8):
            assert unmerged(theirs, row, column) == unmerged(ours, row, column)


def test_a_plan_chooses_and_orders_its_columns(plan: Plan) -> None:
    LedgerLayout.objects.create(plan=plan, headings="进展情况、完成率")
    assert [column.heading for column in chosen(plan)][5:] == ["进展情况", "完成率"]


def test_an_unknown_column_is_refused_with_those_there_are(plan: Plan) -> None:
    with pytest.raises(ValidationError, match="没有「心情」列，可以选的列：年度目标"):
        LedgerLayout(plan=plan, headings="进展情况、心情").clean()


def test_the_documentation_lists_the_columns_of_the_code() -> None:
    page = (settings.BASE_DIR / "docs" / "ledger-format.md").read_text(encoding="utf-8")
    for table in (column_table(), fill_in_table(), indicator_table()):
        assert table in page
