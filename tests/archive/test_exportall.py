"""exportall: read back completely, every row and every cell, every file and every hash."""

import functools
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import models
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from departments.models import AuditEvent, User
from reports.archive.build import build_archive
from reports.archive.columns import SECRET
from reports.archive.scope import LEFT_OUT
from reports.models import Attachment, Report, ReportEvent
from tasks.models import Plan
from tests.archive.readback import Export, check_files, expected_of, value_of
from tests.archive.world import KEY, PASTED, live, old_ledgers, second_plan, strange_texts
from tests.conftest import for_a_module
from tests.kept import Beginnings

pytestmark = pytest.mark.django_db  # every test: pytest-django parts those without from the others
FILES = (models.FileField, models.BinaryField)


@pytest.fixture(scope="module")
def told(
    django_db_setup: Beginnings, django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Path]:  # fmt: skip
    """The plan is lived and exported once; the module's transaction is rolled back at its end."""
    folder = tmp_path_factory.mktemp("whole")
    with (
        for_a_module(django_db_blocker, django_db_setup) as (period, cast),
        override_settings(MEDIA_ROOT=folder / "media"),
    ):
        live(period, cast)
        strange_texts(Report.objects.filter(filed_event__isnull=False)[0])
        old_ledgers(period.plan, cast)
        second_plan(cast)
        build_archive(plan=period.plan, out=folder / "whole.zip", rows_per_book=100)
        yield folder


@pytest.fixture
def folder(told: Path, db: None, settings: Any) -> Path:
    settings.MEDIA_ROOT = told / "media"
    return told


@pytest.fixture(scope="module")
def export(told: Path) -> Export:
    """Read back once."""
    return Export(told / "whole.zip")


def our_models() -> Iterator[type[models.Model]]:
    for app in ("departments", "tasks", "reports"):
        yield from apps.get_app_config(app).get_models(include_auto_created=True)


def is_of_other_plan(row: models.Model) -> bool:
    """Whether ``row`` leads to the second plan, followed by hand from row to row."""
    if isinstance(row, Plan) or getattr(row, "instance_type", None) is Plan:
        return row.slug == "other"  # type: ignore[attr-defined]
    steps = ("plan", "task", "section", "work_item", "period", "report", "assignment", "indicator",
             "extension", "notice", "urge", "entry", "filing", "delivery", "submission",
             "measurement", "coordination", "history", "event", "workbook_import",
             "file")  # fmt: skip
    relations = {field.name for field in row._meta.concrete_fields if field.is_relation}
    for name in (step for step in steps if step in relations):
        if getattr(row, f"{name}_id") is not None:
            model = row._meta.get_field(name).related_model
            return leads_to_other_plan(model, getattr(row, f"{name}_id"))
    return False


@functools.cache
def leads_to_other_plan(model: Any, pk: int) -> bool:
    """``is_of_other_plan`` of a row that many others name: looked for once."""
    return is_of_other_plan(model._base_manager.get(pk=pk))


def test_every_table_is_there_with_every_row_and_every_cell(export: Export, folder: Path) -> None:
    listed = 0
    for model in our_models():
        label = model._meta.label
        if label in LEFT_OUT:
            assert label not in export.tables
            continue
        rows = {row.pk: row for row in model._base_manager.all() if not is_of_other_plan(row)}
        found = export.tables[label]
        assert len(found) == len(rows), label
        compare(export, label, model, rows)
        listed += len(rows)
    assert listed > 1300
    assert sum(one["rows"] for one in export.manifest["tables"]) == listed


def compare(export: Export, label: str, model: Any, rows: dict[int, models.Model]) -> None:
    """Each cell of a field gives back what the database holds."""
    headings = {field: heading for heading, field in reversed(export.columns[label].items())}
    key = headings[model._meta.pk.attname]
    for line in export.tables[label]:
        row = rows[line[key]]
        for field in model._meta.concrete_fields:
            name = f"{label}.{field.name}"
            if SECRET.search(field.name) or isinstance(field, FILES):
                assert field.attname not in headings, name
            elif name != "reports.ContactPoint.address":
                code = headings.get(field.attname)
                choice = f"{code}代码" if field.choices else code
                assert value_of(field, line[choice]) == expected_of(row, field), name


def test_nothing_of_the_world_is_missing_from_the_test(export: Export) -> None:
    empty = {one["model"] for one in export.manifest["tables"] if not one["rows"]}
    for label in ("reports.Extension_reports", "reports.Receipt", "reports.EntryRevision",
                  "reports.Delivery", "reports.ReportRevision", "reports.HistoryRow",
                  "reports.Submission",
                  "tasks.HistoricalYearlyGoal", "departments.Department_members"):  # fmt: skip
        assert label not in empty


def test_every_file_is_there_with_its_hash_removed_ones_too(export: Export, folder: Path) -> None:
    wanted = set(Attachment.objects.values_list("pk", flat=True))
    assert len(wanted) == 5
    check_files(export, wanted)
    assert export.manifest["attachments"] == 5
    assert any(name.endswith("现场=1.png") for name in export.names)


def test_long_tables_go_on_in_further_workbooks(export: Export) -> None:
    [assignments] = [one for one in export.manifest["tables"] if one["model"] == "tasks.Assignment"]
    assert assignments["rows"] == 386
    assert assignments["files"][:2] == ["表/分工.xlsx", "表/分工-2.xlsx"]
    assert len(assignments["files"]) == 4


def test_no_character_of_a_long_or_strange_text_is_lost(export: Export, folder: Path) -> None:
    event = ReportEvent.objects.get(snapshot__progress__startswith="长长长")
    [row] = [row for row in export.tables["reports.ReportEvent"] if row["编号"] == event.pk]
    assert row["意见"] == event.comment
    assert row["当时进展情况"] == "长" * 20_000
    assert row["当时存在问题"] == "😀" * 9_000
    assert row["当时下一步计划"] == "\n尾 "
    assert {line["column"] for line in export.long} == {"snapshot", "comment"}
    assert export.manifest["long_texts"] == 2


def test_texts_that_look_like_formulas_are_texts(export: Export) -> None:
    events = export.tables["reports.ReportEvent"]
    assert any(row["当时存在问题"] == PASTED for row in events)


def test_no_secret_is_in_it(export: Export, folder: Path) -> None:
    text = export.text()
    for user in User.objects.all():
        assert user.password not in text
    assert KEY not in text
    assert "oapi.dingtalk.com/…cdef" in text
    headings = {one["field"] for table in export.manifest["tables"] for one in table["columns"]}
    assert not {"password", "token", "token_hash"} & headings


def test_it_says_what_it_is_and_what_stayed_behind(export: Export) -> None:
    manifest = export.manifest
    assert manifest["format"] == "wanzhou-water-export/1"
    assert manifest["scope"] == "everything"
    assert manifest["exported_at"] == "2027-01-05T10:00:00+08:00"
    assert manifest["problems"] == []
    assert "安全日志" in manifest["left_out"]
    assert "含没有报送的草稿" in export.zip.read("说明.txt").decode()


def test_the_command_writes_it_and_says_so(folder: Path, capsys: Any) -> None:
    out = folder / "console.zip"
    slug = Plan.objects.exclude(slug="other").get().slug
    call_command("exportall", str(out), "--plan", slug)
    said = capsys.readouterr()
    digest = hashlib.sha256(out.read_bytes()).hexdigest()
    assert f"已写入 {out}" in said.out
    assert f"SHA-256 {digest}" in said.out
    assert "附件 5 个" in said.out
    assert "100% 正在写附件" in said.err
    event = AuditEvent.objects.get(action="导出全部数据")
    assert digest in event.subject
    assert event.username == "（命令行）"
    assert [path.name for path in folder.iterdir() if path.suffix in {".part", ""}] == ["media"]
    assert out.stat().st_mode & 0o077 == 0


def test_the_command_asks_which_plan_where_there_are_two(folder: Path) -> None:
    with pytest.raises(CommandError, match=r"请用 --plan 写明方案代码，现有：.*other"):
        call_command("exportall", str(folder / "x.zip"))
    with pytest.raises(CommandError, match="请用 --plan"):
        call_command("exportall", str(folder / "x.zip"), "--plan", "nothing")


def test_a_place_that_takes_no_file_is_said(folder: Path) -> None:
    with pytest.raises(CommandError, match=r"写不了 .*No such file"):
        call_command("exportall", str(folder / "no" / "x.zip"), "--plan", "other")


def test_files_that_are_gone_or_changed_are_named_and_the_rest_is_written(
    folder: Path, tmp_path: Path, settings: Any, capsys: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    lost, changed, *fine = Attachment.objects.order_by("pk")
    for attachment in [changed, *fine]:
        there = tmp_path / attachment.stored.name
        there.parent.mkdir(parents=True, exist_ok=True)
        there.write_bytes((folder / "media" / attachment.stored.name).read_bytes())
    (tmp_path / changed.stored.name).write_bytes(b"x")
    slug = Plan.objects.exclude(slug="other").get().slug
    with pytest.raises(CommandError, match="有 2 个附件有问题，其余已写入"):
        call_command("exportall", str(tmp_path / "x.zip"), "--plan", slug)
    said = capsys.readouterr().err
    assert f"附件 {lost.pk}「{lost.name}」不在存储中" in said
    assert f"附件 {changed.pk}「{changed.name}」与登记的 SHA-256 不符" in said
    assert Export(tmp_path / "x.zip").manifest["problems"]


def test_a_disk_that_fails_leaves_nothing_half_done(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("reports.archive.bundle.Bundle.add", full)
    with pytest.raises(OSError, match="No space"):
        build_archive(plan=Plan.objects.get(slug="other"), out=tmp_path / "x.zip")
    assert list(tmp_path.iterdir()) == []
