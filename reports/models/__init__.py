"""When and how far: everything a department files, and what became of it."""

from reports.models.attachment import Attachment
from reports.models.coordination import Coordination, CoordinationEvent
from reports.models.entry import EntryRequest, EntryRevision, ProgressEntry
from reports.models.event import Receipt, ReportEvent
from reports.models.export import PlanExport
from reports.models.extension import Extension
from reports.models.history import HistoryImport, HistoryRow
from reports.models.ledger import LedgerLayout
from reports.models.measurement import Baseline, Measurement, Series
from reports.models.notice import (
    Attempt,
    CalendarFeed,
    ChannelState,
    ContactPoint,
    Delivery,
    Notice,
    NoticeChoice,
    ReminderRules,
    TickState,
)
from reports.models.period import PeriodEvent, ReportingPeriod, WorkingDay
from reports.models.report import Report, ReportRevision
from reports.models.search import SearchText
from reports.models.submission import Submission
from reports.models.urge import Acknowledgement, Urge
from reports.models.workbook import WorkbookChange, WorkbookFile, WorkbookImport, WorkbookRow

__all__ = [
    "Acknowledgement",
    "Attachment",
    "Attempt",
    "Baseline",
    "CalendarFeed",
    "ChannelState",
    "ContactPoint",
    "Coordination",
    "CoordinationEvent",
    "Delivery",
    "EntryRequest",
    "EntryRevision",
    "Extension",
    "HistoryImport",
    "HistoryRow",
    "LedgerLayout",
    "Measurement",
    "Notice",
    "NoticeChoice",
    "PeriodEvent",
    "PlanExport",
    "ProgressEntry",
    "Receipt",
    "ReminderRules",
    "Report",
    "ReportEvent",
    "ReportRevision",
    "ReportingPeriod",
    "SearchText",
    "Series",
    "Submission",
    "TickState",
    "Urge",
    "WorkbookChange",
    "WorkbookFile",
    "WorkbookImport",
    "WorkbookRow",
    "WorkingDay",
]
