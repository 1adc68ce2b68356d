"""The columns of a table of the whole: every field but secrets, with Chinese beside each code."""

import dataclasses
import datetime
import functools
import json
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils import timezone

from departments.models import Department, User
from reports.archive.bundle import file_name
from reports.archive.scope import name_of
from reports.models import Attachment, ReportingPeriod
from reports.models.report import CONTENT_FIELDS
from reports.reminders.words import shortened
from reports.requirements import FIELD_LABELS
from reports.selectors.conflict import words
from tasks.models import Assignment, Indicator, Task, WorkItem

Cell = str | int | None
Row = dict[str, Any]

SECRET = re.compile(r"password|token|secret|_hash")
"""Fields that are never written, whichever table they are in."""
SHORTENED = {"reports.ContactPoint.address"}
"""Addresses that hold a key."""
CHINESE = re.compile(r"[一-鿿]")
WORDS = {
    "id": "编号", "by": "操作人", "status_before": "此前状态", "updated_at": "更新时间",
    "updated_by": "更新人", "filed_event": "报送记录", "filing": "报送记录", "receiver": "汇总单位",
    "reviewer": "审核单位", "asked_by": "申请人", "endorsed_by": "审签人", "decided_by": "决定人",
    "submitted_by": "提交人", "signed_by": "签发人", "removed_by": "移除人",
    "asking_department": "商请单位", "by_department": "操作人单位", "history_id": "修改编号",
    "history_date": "修改时间", "history_change_reason": "修改原因", "history_type": "修改种类",
    "history_user": "修改人", "history": "修改记录", "m2m_history_id": "修改明细编号",
    "from_department": "集合", "to_department": "成员单位", "date_joined": "开户时间",
    "last_login": "上次登录", "is_active": "启用", "is_staff": "后台标记",
    "is_superuser": "超级标记", "email": "电子邮箱", "username": "用户名",
}  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Column:
    """``field`` is the database's name, for a machine; ``read`` takes the row by those names."""

    heading: str
    field: str
    read: Callable[[Row], Cell]


class Names:
    """What the ids of the tables that people know by name stand for; each read once."""

    def of(self, model: type[models.Model]) -> dict[int, str] | None:
        """Id → name, or None for a table whose rows have none."""
        return self._read(model) if model in _NAMED else None

    @functools.cache  # noqa: B019 - lives as long as one export
    def _read(self, model: type[models.Model]) -> dict[int, str]:
        rows = model._base_manager.select_related(*_NAMED[model])
        return {row.pk: _short(row) for row in rows}


_NAMED: dict[type[models.Model], tuple[str, ...]] = {
    Department: (),
    User: (),
    ReportingPeriod: (),
    Task: (),
    WorkItem: ("task",),
    Assignment: ("work_item__task",),
    Indicator: (),
}


def _short(row: models.Model) -> str:
    if isinstance(row, User):
        return f"{row.name}（{row.username}）"
    return row.code if isinstance(row, WorkItem) else str(row)


def fields_of(model: type[models.Model]) -> "list[models.Field[Any, Any]]":
    """The fields that are written: no secret, not where a file lies on the server, and no file
    that is still on its way in (once taken it is an attachment)."""
    files = (models.FileField, models.BinaryField)
    return [
        field
        for field in model._meta.concrete_fields
        if not SECRET.search(field.name) and not isinstance(field, files)
    ]


def columns_of(model: type[models.Model], names: Names) -> list[Column]:
    """The columns of a table; headings are unique within it."""
    columns: list[Column] = []
    for field in fields_of(model):
        for column in _of_field(model, field, names):
            twin = any(column.heading == other.heading for other in columns)
            heading = f"{column.heading}（{column.field}）" if twin else column.heading
            columns.append(dataclasses.replace(column, heading=heading))
    if model is Attachment:
        columns.append(Column("包内文件", "", lambda row: file_name(row["id"], row["name"])))
    return columns


def _of_field(
    model: type[models.Model], field: "models.Field[Any, Any]", names: Names
) -> Iterator[Column]:
    name, heading = field.attname, _heading(field)
    if field.is_relation:
        yield Column(f"{heading}编号", name, lambda row: row[name])
        known = names.of(field.related_model) if isinstance(field.related_model, type) else None
        if known is not None:
            yield Column(heading, name, lambda row: known.get(row[name]) if row[name] else None)
    elif field.choices:
        labels = {value: str(label) for value, label in field.flatchoices}
        yield Column(heading, name, lambda row: labels.get(row[name]))
        yield Column(f"{heading}代码", name, lambda row: row[name])
    elif f"{model._meta.label}.{field.name}" in SHORTENED:
        yield Column(heading, name, lambda row: shortened(row[name]))
    else:
        yield Column(heading, name, lambda row: cell_of(row[name]))
        if name == "snapshot":
            yield from (_of_snapshot(key) for key in CONTENT_FIELDS)


def _of_snapshot(key: str) -> Column:
    """A text as it stood, in a column of its own, beside the JSON that holds them all."""

    def read(row: Row) -> Cell:
        return words(key, row["snapshot"].get(key)) if row["snapshot"] else None

    return Column(f"当时{FIELD_LABELS[key]}", f"snapshot.{key}", read)


def _heading(field: "models.Field[Any, Any]") -> str:
    if CHINESE.search(str(field.verbose_name)):
        return str(field.verbose_name)
    if field.name in WORDS:
        return WORDS[field.name]
    target = field.related_model
    return name_of(target) if isinstance(target, type) else field.name


def _whole(value: int) -> Cell:
    """Excel counts exactly up to fifteen digits."""
    return value if abs(value) < 10**15 else str(value)


_WRITTEN: tuple[tuple[type | tuple[type, ...], Callable[[Any], Cell]], ...] = (
    ((str, type(None)), lambda value: value),
    (bool, lambda value: "是" if value else "否"),
    (int, _whole),
    (datetime.datetime, lambda value: timezone.localtime(value).isoformat()),
    (datetime.date, lambda value: value.isoformat()),
    (Decimal, lambda value: f"{value.normalize():f}"),
)
"""By the first type that fits."""


def cell_of(value: Any) -> Cell:
    """A value as a cell holds it without loss: moments with their offset, JSON as JSON."""
    for kind, write in _WRITTEN:
        if isinstance(value, kind):
            return write(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
