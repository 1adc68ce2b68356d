"""What every table of the admin has in common, on top of django-import-export's ``Resource``."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, ClassVar

import structlog
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import HttpRequest
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import Diff, Resource

from departments.errors import DomainError, NotAllowed
from departments.models import User
from departments.rights import rights_of
from departments.tables.columns import Column

log = structlog.get_logger(__name__)


class Changes(Diff):  # type: ignore[misc]
    """The cells that differ: heading, before, after. The library's own answer is HTML with styles,
    which our Content-Security-Policy blocks."""

    def __init__(self, resource: Any, instance: Any, new: bool) -> None:
        super().__init__(resource, instance, new)
        self.headings = [column.column_name for column in resource.get_import_fields()]

    def as_html(self) -> list[tuple[str, str, str]]:
        before = [""] * len(self.left) if self.new else self.left
        cells = zip(self.headings, before, self.right, strict=False)
        return [(name, old, new) for name, old, new in cells if old != new]


class TableResource(Resource):  # type: ignore[misc]
    """A table of the admin, row by row.

    A subclass declares its Columns, the ``key`` columns that say which row of the database is
    meant, and how a row object is found, written and listed. The dry run that makes the preview
    and the run that writes are the same call, ``import_data``. One instance serves one import.
    """

    title: ClassVar[str]
    key: ClassVar[tuple[str, ...]]
    at_once: ClassVar[int] = 50
    """Files of so many rows are tried in the request, and written in the one that confirms, each
    row with every rule of its own page: together under a second. Longer ones are the
    background's."""
    most_rows: ClassVar[int] = 1000

    class Meta:
        instance_loader_class = BaseInstanceLoader
        import_id_fields: tuple[str, ...] = ()
        skip_unchanged = True
        report_skipped = True
        using_db = "default"

    def __init__(self, by: User | None = None, request: HttpRequest | None = None) -> None:
        super().__init__()
        self.by, self.request = by, request
        self.problems: Sequence[dict[str, str]] = []
        self.numbers: Sequence[int] = []
        self.dry_run, self.new, self.at = True, False, 0
        self.stored: Any = None
        self._seen: dict[tuple[str, ...], int] = {}
        self._found: dict[Any, Any] = {}
        self.at_desk = True
        """Whether somebody waits for the answer; in the background nobody does."""
        self.progress: Callable[[int], None] = lambda done: None
        """Told after each row how many are done."""

    def fetch(self, values: dict[str, str]) -> tuple[Any, bool]:
        """The row object that a file's row means, and whether it is new."""
        raise NotImplementedError

    def check(self, row: Any, new: bool) -> None:
        """Refuse what contradicts: raises ValidationError, by attribute where one is at fault."""

    def store(self, row: Any, new: bool) -> None:
        """Write a row object that is new or has changed; ``self.stored`` is how it stood."""
        raise NotImplementedError

    def not_for_later(self, new: int, effective: int) -> str:
        """Why the background can't write ``effective`` rows, ``new`` of them new; empty if it
        can."""
        return ""

    def listed(self, queryset: models.QuerySet[Any]) -> Iterator[Any]:
        """The row objects of ``queryset``, as the file lists them; a fixed number of queries."""
        raise NotImplementedError

    @classmethod
    def columns(cls) -> list[Column]:
        return list(cls.fields.values())

    @classmethod
    def headings(cls) -> list[str]:
        return [column.column_name for column in cls.columns()]

    def lines(self, queryset: models.QuerySet[Any]) -> Iterator[list[str]]:
        """The cells of each row of ``queryset``."""
        columns = self.columns()
        for row in self.listed(queryset):
            yield [column.export(row) for column in columns]

    def value(self, name: str, values: dict[str, str]) -> Any:
        """What the cell of the column ``name`` says; None where it is blank or can't be read."""
        column = self.fields[name]
        if not values.get(column.column_name):
            return None
        try:
            return column.clean(values)
        except ValueError:
            return None

    def remember(self, key: Any, find: Callable[[], Any]) -> Any:
        """What ``find`` finds, asked once an import: for what the import itself leaves alone."""
        if key not in self._found:
            self._found[key] = find()
        return self._found[key]

    @property
    def actor(self) -> User:
        """Who imports. Raises NotAllowed for anybody but an admin of today."""
        self.permit()
        assert self.by is not None
        return self.by

    def permit(self) -> None:
        """Raises NotAllowed unless who imports is an admin of today."""
        if self.by is None or not rights_of(self.by).is_admin:
            raise NotAllowed(f"{self.title}只能由管理员导入。")

    # What the library calls.

    @classmethod
    def get_diff_class(cls) -> type[Changes]:
        return Changes

    def get_or_init_instance(self, instance_loader: Any, row: Any) -> tuple[Any, bool]:
        found, self.new = self.fetch(row)
        return found, self.new

    def import_row(self, row: Any, instance_loader: Any, **kwargs: Any) -> Any:
        """A row that is refused leaves nothing behind for the rows below it: the library has put
        a savepoint around each."""
        self.dry_run, self.at = kwargs["dry_run"], kwargs["row_number"] - 1
        result = super().import_row(row, instance_loader, **kwargs)
        if result.errors or result.validation_error:
            transaction.set_rollback(True)
        self.progress(kwargs["row_number"])
        return result

    def import_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        errors: dict[str, Any] = dict(self._bad_cells())
        if twin := self._twin(row):
            errors[self.fields_by_heading()[self.key[0]].attribute] = twin
        try:
            super().import_instance(instance, row, **kwargs)
        except ValidationError as error:
            errors = {**error.error_dict, **errors}
        if errors:
            raise ValidationError(errors)

    def fields_by_heading(self) -> dict[str, Column]:
        return {column.column_name: column for column in self.fields.values()}

    @property
    def number(self) -> int:
        """The number in the file of the row that is being imported."""
        return self.numbers[self.at] if self.numbers else self.at + 1

    def _bad_cells(self) -> Iterable[tuple[str, str]]:
        columns = self.fields_by_heading()
        for heading, problem in (self.problems[self.at] if self.problems else {}).items():
            yield columns[heading].attribute, problem

    def _twin(self, row: dict[str, str]) -> str:
        identity = tuple(row.get(heading, "") for heading in self.identity_headings())
        first = self._seen.setdefault(identity, self.number)
        return "" if first == self.number else f"与第 {first} 行重复，请只留一行。"

    def identity_headings(self) -> Sequence[str]:
        """The columns that together no two rows of a file may share."""
        return self.key

    def skip_row(
        self, instance: Any, original: Any, row: Any, import_validation_errors: Any = None
    ) -> bool:
        self.stored = original
        same: bool = super().skip_row(instance, original, row, import_validation_errors)
        return same and not self.new

    def validate_instance(
        self,
        instance: Any,
        import_validation_errors: Any = None,
        validate_unique: bool = True,
    ) -> None:
        if import_validation_errors:
            raise ValidationError(import_validation_errors)
        if self.new and (missing := self._missing(instance)):
            raise ValidationError(missing)
        self.check(instance, self.new)

    def _missing(self, instance: Any) -> dict[str, str]:
        return {
            column.attribute: f"新增的行须填「{column.column_name}」。"
            for column in self.fields.values()
            if column.required and column.get_value(instance) in (None, "", [])
        }

    def save_instance(self, instance: Any, is_create: bool, row: Any, **kwargs: Any) -> None:
        self.store(instance, is_create)


def check_part(part: models.Model, prefix: str, exclude: Sequence[str] = ()) -> None:
    """``full_clean`` of a model inside a row object, its faults under ``prefix__field``."""
    try:
        part.full_clean(exclude=exclude)
    except ValidationError as error:
        faults = {
            f"{prefix}__{name}" if name != "__all__" else name: errors
            for name, errors in error.error_dict.items()
        }
        raise ValidationError(faults) from error


def refuse(attribute: str, sentence: str) -> ValidationError:
    """The error that puts ``sentence`` beside a column; an empty attribute means the whole row."""
    return ValidationError({attribute or "__all__": sentence})


def as_refusal(error: DomainError, attribute: str = "") -> ValidationError:
    """A rule of the field that was broken, beside the column it is about."""
    return refuse(attribute, str(error))
