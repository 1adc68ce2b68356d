"""The admin's tables of the plan, as files: what the plan file owns is written and never read."""

from tasks.resources.assignments import AssignmentResource
from tasks.resources.indicators import IndicatorResource

__all__ = ["AssignmentResource", "IndicatorResource"]
