"""Writing down who answers a matter, in one line."""

import datetime
from typing import Any

from departments.models import Department, User
from reports.actions.coordination import Handling, open_coordination
from reports.models import Coordination, Report

DUE = datetime.date(2027, 2, 1)
ASKED = "请区财政局安排改造资金 300 万元；请区规划自然资源局落实泵站用地。"


def body(code: str) -> Department:
    return Department.objects.get(code=code)


def handling(**given: Any) -> Handling:
    """区财政局 answers by DUE, but for what is ``given``."""
    return Handling(**{"answerer": body("czj"), "due_on": DUE, **given})


def opened(report: Report, by: User, **given: Any) -> Coordination:
    return open_coordination(report=report, by=by, handling=handling(**given))
