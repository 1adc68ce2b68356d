"""The admin's tables of what reporting needs, as files."""

from reports.ledger.resources.measurements import MeasurementResource
from reports.ledger.resources.working_days import WorkingDayResource

__all__ = ["MeasurementResource", "WorkingDayResource"]
