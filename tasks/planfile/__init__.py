"""The plan file (方案文件): read and checked here, without the database."""

from tasks.planfile.faults import Fault, PlanFileError
from tasks.planfile.reader import read_plan_file

__all__ = ["Fault", "PlanFileError", "read_plan_file"]
