"""催办: who would be told what, then the press of the button."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from departments.errors import DomainError
from reports.actions.urging import Urged, urge
from reports.calendar import HalfYear
from reports.forms.urge import STEP_LABELS, UrgeForm, read_step
from reports.models import ReportingPeriod, Urge
from reports.policies import Right
from reports.selectors.urge_page import UrgeLine, outstanding_text, urge_lines
from reports.views.periods import fetch_period
from reports.views.requests import back_of, permit, signed_in


@require_http_methods(["GET", "POST"])
def urge_page(request: HttpRequest, plan: str, code: HalfYear) -> HttpResponse:
    period = fetch_period(request, plan, code)
    permit(request, Right.URGE, period)
    step = read_step((request.POST or request.GET).get("step", ""))
    lines = urge_lines(period, step, signed_in(request), timezone.now())
    posted = request.POST if request.method == "POST" else None
    form = UrgeForm(posted, bodies=[line.department for line in lines])
    status = press(request, period, step, form) if request.method == "POST" else 200
    if status is None:
        return redirect(back_of(request) or reverse("overview", args=[plan, code]))
    context = {"step": step, "steps": STEP_LABELS.items(), "form": form, "lines": lines}
    context |= where(request, period, lines)
    context["text"] = outstanding_text(period, lines, timezone.now())
    return render(request, "reports/urge.html", context, status=status)


def press(
    request: HttpRequest, period: ReportingPeriod, step: Urge.Step, form: UrgeForm
) -> int | None:
    """Urge what is ticked; the status of the refusal, None where it was done."""
    if not form.is_valid():
        return 422
    bodies, text = form.cleaned_data["department"], form.cleaned_data["text"]
    try:
        done = urge(period=period, departments=bodies, by=signed_in(request), text=text, step=step)
    except DomainError as error:
        form.add_error(None, str(error))
        return error.status_code
    say(request, done)
    return None


def where(request: HttpRequest, period: ReportingPeriod, lines: list[UrgeLine]) -> dict[str, Any]:
    """Where the page came from, and which departments are ticked: one named in the address, else
    what was ticked, else all that are late."""
    named = {line.department.code: str(line.department.pk) for line in lines}
    asked = [named[code] for code in request.GET.getlist("department") if code in named]
    late = [str(line.department.pk) for line in lines if line.overdue and not line.why_not]
    ticked = request.POST.getlist("department") if request.method == "POST" else asked or late
    return {"period": period, "back": back_of(request), "ticked": ticked}


def say(request: HttpRequest, done: Urged) -> None:
    """Who was told, and who was not."""
    told = "、".join(f"{body.name}（{count} 人）" for body, count in done.sent)
    messages.success(request, f"已催办{told}。")
    for sentence in done.refused:
        messages.warning(request, sentence)
