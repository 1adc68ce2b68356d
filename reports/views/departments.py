"""A department: what it leads and takes part in, and who has it in hand."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from departments.errors import DomainError, NotAllowed
from departments.models import Department, User
from reports.actions.item_hand import set_item_hand
from reports.forms.item_hand import ItemHandForm
from reports.selectors.department_page import (
    DepartmentPage,
    Part,
    department_page,
    people_of,
)
from reports.selectors.urging import urging_of
from reports.views.requests import signed_in
from tasks.models import Assignment


@require_GET
def department_detail(request: HttpRequest, code: str) -> HttpResponse:
    return show(request, get_object_or_404(Department, code=code))


@require_POST
def item_hand(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    rows = Assignment.objects.select_related("department", "work_item__task", "person_in_charge")
    part = get_object_or_404(rows, pk=pk, department__code=code)
    people = people_of(part.department, timezone.localdate())
    form = ItemHandForm(request.POST, assignment=part, people=people)
    if not form.is_valid():
        return show(request, part.department, form, status=422)
    office, user = form.cleaned_data["office"], signed_in(request)
    try:
        set_item_hand(assignment=part, office=office, person=form.chosen, by=user)
    except NotAllowed:
        raise
    except DomainError as error:
        form.add_error(None, str(error))
        return show(request, part.department, form, status=error.status_code)
    messages.success(request, f"已保存 {part.work_item.code} 的责任科室和经办人。")
    return redirect(f"{reverse('department-detail', args=[code])}#item{part.pk}")


def show(
    request: HttpRequest,
    department: Department,
    bound: ItemHandForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page; ``bound`` is the one form that was sent, shown again with its errors."""
    today = timezone.localdate()
    page = department_page(department, signed_in(request), today)
    people = people_of(department, today) if page.assigns else []
    groups = [
        (title, [(part, form_of(page, part, people, bound)) for part in parts])
        for title, parts in (
            ("牵头的工作", page.leads),
            ("参与的工作", page.others),
            ("作为集合成员参与的工作", page.shared),
        )
        if parts
    ]
    context = {
        "page": page,
        "department": department,
        "groups": groups,
        "urging": urging_of(page, signed_in(request)),
    }
    return render(request, "departments/department_detail.html", context, status=status)


def form_of(
    page: DepartmentPage, part: Part, people: list[User], bound: ItemHandForm | None
) -> ItemHandForm | None:
    """The form of one item where the user may fill it in; the one that was sent, as sent."""
    if not page.assigns or part.assignment.department_id != page.department.pk:
        return None
    if bound is not None and bound.assignment == part.assignment:
        return bound
    return ItemHandForm(assignment=part.assignment, people=people)
