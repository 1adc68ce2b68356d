"""The admin's tables of departments and people, as files."""

from departments.resources.bodies import DepartmentResource
from departments.resources.people import PersonResource

__all__ = ["DepartmentResource", "PersonResource"]
