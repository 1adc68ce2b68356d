"""What the coordinator's export holds: everything that was filed, and not a word that was not."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from departments.models import Role
from reports.actions.approval import approve_reports
from reports.actions.filing import submit_report
from reports.archive.build import build_archive
from reports.archive.scope import FILED, tables
from reports.models import Attachment, Report, ReportEvent, ReportingPeriod
from reports.states import Action
from tests.archive.readback import Export, check_files
from tests.archive.world import DRAFT, INNER, content, live
from tests.archive.world import FILED as TEXT
from tests.cast import Cast, report_of
from tests.conftest import for_a_module
from tests.kept import Beginnings

pytestmark = pytest.mark.django_db


@dataclasses.dataclass(frozen=True)
class Lived:
    """A half-year that was lived, and what the coordinator's export of it holds."""

    period: ReportingPeriod
    cast: Cast
    export: Export


@pytest.fixture(scope="module")
def told(
    django_db_setup: Beginnings, django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Lived]:  # fmt: skip
    """Lived and exported once; the module's transaction is rolled back at its end."""
    folder = tmp_path_factory.mktemp("filed")
    with (
        for_a_module(django_db_blocker, django_db_setup) as (period, cast),
        override_settings(MEDIA_ROOT=folder / "media"),
    ):
        live(period, cast)
        yield Lived(period, cast, exported(period, cast, folder))


@pytest.fixture
def lived(told: Lived, db: None) -> ReportingPeriod:
    return told.period


@pytest.fixture
def cast(told: Lived, db: None) -> Cast:
    return told.cast


@pytest.fixture
def export(told: Lived, db: None) -> Export:
    return told.export


def exported(period: ReportingPeriod, cast: Cast, tmp_path: Path) -> Export:
    out = tmp_path / "filed.zip"
    build_archive(plan=period.plan, out=out, reader=cast.slj_coordinator)
    return Export(out)


def test_no_draft_and_no_inner_word_is_anywhere_in_it(export: Export) -> None:
    assert Report.objects.filter(progress=DRAFT).count() == 3
    assert ReportEvent.objects.filter(comment=INNER).exists()
    text = export.text()
    assert DRAFT not in text
    assert INNER not in text
    assert "未报送.pdf" not in text
    assert TEXT in text
    assert "请补充里程" in text


def test_a_returned_report_shows_what_was_filed_last(
    lived: ReportingPeriod, export: Export
) -> None:
    rows = {row["编号"]: row for row in export.tables["reports.Report"]}
    assert len(rows) == 53
    returned, blank = report_of(lived, "12.1"), report_of(lived, "20.4")
    assert rows[returned.pk]["进展情况"] == TEXT
    assert rows[returned.pk]["退回意见"] == "请补充里程"
    assert rows[blank.pk]["进展情况"] is None
    assert rows[blank.pk]["填报状态"] == "填写中"


def test_what_was_said_inside_goes_out_once_it_led_to_a_filing(
    lived: ReportingPeriod, cast: Cast, tmp_path: Path
) -> None:
    report = report_of(lived, "14.1")
    submit_report(report=report, by=cast.cgj_reporter, content=content("改好的文字"))
    approve_reports(reports=[report], by=cast.cgj_approver)
    events = exported(lived, cast, tmp_path).tables["reports.ReportEvent"]
    said = [row for row in events if row["意见"] == INNER]
    assert [row["动作代码"] for row in said] == [Action.SEND_BACK]
    assert said[0]["当时内容"] is None


def test_the_files_are_those_that_the_coordinator_may_see(export: Export, cast: Cast) -> None:
    seen = Attachment.objects.visible_to(cast.slj_coordinator)
    assert 0 < seen.count() < Attachment.objects.count()
    check_files(export, set(seen.values_list("pk", flat=True)))


def test_it_names_what_it_leaves_out_and_why(export: Export) -> None:
    assert export.manifest["scope"] == "filed"
    assert export.manifest["exported_by"] == "slj_coordinator"
    assert "命令行" in export.manifest["left_out"]["稿次"]
    assert "没有报送的草稿不在其中" in export.zip.read("说明.txt").decode()


def test_a_table_that_nobody_named_stays_behind() -> None:
    names = {table.model.__name__ for table in tables(everything=False)}
    everything = {table.model.__name__ for table in tables(everything=True)}
    assert names < everything
    ours = {t.model.__name__ for t in tables(everything=False) if t.label.startswith("reports.")}
    assert ours == set(FILED)
    assert "ReportRevision" not in names


def test_only_the_first_receivers_coordinator_has_the_right(cast: Cast, plan: Any) -> None:
    from reports.policies import Right, may

    allowed = {name for name in vars(cast) if may(getattr(cast, name), Right.EXPORT_PLAN, plan)}
    assert allowed == {"slj_coordinator"}
    assert Role.COORDINATOR in {row.role for row in cast.slj_coordinator.memberships.all()}
