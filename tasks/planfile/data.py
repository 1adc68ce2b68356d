"""A checked plan file as values; departments are named by their codes."""

import dataclasses
import datetime
from decimal import Decimal


@dataclasses.dataclass(frozen=True)
class DepartmentData:
    code: str
    name: str
    kind: str
    aliases: tuple[str, ...]
    members: tuple[str, ...]
    order: int


@dataclasses.dataclass(frozen=True)
class SettingsData:
    """What the file says only for the first load; afterwards an admin keeps it."""

    due_day: int
    weekend_rule: str
    return_working_days: int
    show_ranking: bool
    first_period: str
    last_period: str


@dataclasses.dataclass(frozen=True)
class HeadData:
    slug: str
    title: str
    document_number: str
    issued_on: datetime.date
    annex_title: str
    reporting_rule: str
    reporting_rule_clause: str


@dataclasses.dataclass(frozen=True)
class IssuerData:
    department: str
    printed_name: str


@dataclasses.dataclass(frozen=True)
class PartData:
    """One department named in a cell, ``order`` counting from 1 in each cell."""

    department: str
    kind: str
    printed_name: str
    scope: str
    order: int


@dataclasses.dataclass(frozen=True)
class RowData:
    """One row of the annex: both cells as printed, ``parts`` their parse, leads first."""

    task: int
    row: int
    text: str
    lead_cell: str
    responsible_cell: str
    parts: tuple[PartData, ...]

    @property
    def code(self) -> str:
        return f"{self.task}.{self.row}"


@dataclasses.dataclass(frozen=True)
class TaskData:
    number: int
    title: str
    rows: tuple[RowData, ...]


@dataclasses.dataclass(frozen=True)
class SectionData:
    chapter: str
    title: str
    order: int
    tasks: tuple[TaskData, ...]


@dataclasses.dataclass(frozen=True)
class TargetData:
    year: int
    comparison: str
    value: Decimal | None
    base_year: int | None
    text: str


@dataclasses.dataclass(frozen=True)
class IndicatorData:
    """``item`` is the code of the work item it hangs on (10.1), or empty.

    ``highest`` is what no value can exceed; ``accumulates`` says that a value counts from January.
    """

    code: str
    name: str
    unit: str
    item: str
    order: int
    highest: Decimal | None
    accumulates: bool
    targets: tuple[TargetData, ...]


@dataclasses.dataclass(frozen=True)
class PlanData:
    """A checked plan file; ``receivers`` are department codes in order."""

    head: HeadData
    settings: SettingsData
    issuers: tuple[IssuerData, ...]
    receivers: tuple[str, ...]
    departments: tuple[DepartmentData, ...]
    sections: tuple[SectionData, ...]
    indicators: tuple[IndicatorData, ...]

    @property
    def tasks(self) -> list[TaskData]:
        return [task for section in self.sections for task in section.tasks]

    @property
    def rows(self) -> list[RowData]:
        return [row for task in self.tasks for row in task.rows]
