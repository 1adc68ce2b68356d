"""Exempting a report of a half-year (免报), and taking the exemption back."""

from departments.models import User
from reports.actions.transition import Step, advance
from reports.models import Report
from reports.states import Action


def exempt_report(*, report: Report, by: User | None, reason: str, system: bool = False) -> Report:
    """免报 with a reason, which is required; what was written is kept.

    ``system`` stands for an assignment that left the plan. Raises what ``advance`` raises.
    """
    step = Step(comment=reason, system=system)
    return advance(report=report, action=Action.EXEMPT, by=by, step=step)


def lift_exemption(*, report: Report, by: User | None, reason: str = "") -> Report:
    """Back to the status before the exemption; without ``by`` as the system."""
    step = Step(comment=reason, system=by is None)
    return advance(report=report, action=Action.LIFT_EXEMPTION, by=by, step=step)
