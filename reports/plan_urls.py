"""Addresses of the plan: its tasks, its yearly goals, its departments."""

from django.urls import path

from reports.views import departments, exports, goals, matrix, past, plans

_EXPORT = "plans/<slug:plan>/export/"

urlpatterns = [
    path("plans/", plans.plan_list, name="plans"),
    path("plans/<slug:plan>/tasks/", plans.task_list, name="task-list"),
    path("plans/<slug:plan>/tasks/<int:number>/", plans.task_detail, name="task-detail"),
    path("plans/<slug:plan>/items/<int:task>.<int:row>/", past.item_history, name="item-history"),
    path(
        "plans/<slug:plan>/departments/<slug:code>/",
        past.department_history,
        name="department-history",
    ),
    path("plans/<slug:plan>/matrix/", matrix.matrix, name="matrix"),
    path("plans/<slug:plan>/goals/", goals.goal_list, name="goal-list"),
    path(
        "plans/<slug:plan>/goals/<int:task>.<int:row>/<int:year>/",
        goals.goal_edit,
        name="goal-edit",
    ),
    path(_EXPORT, exports.export_page, name="plan-export"),
    path(f"{_EXPORT}progress/", exports.export_progress, name="plan-export-progress"),
    path(f"{_EXPORT}start/", exports.export_start, name="plan-export-start"),
    path(f"{_EXPORT}<int:pk>/", exports.export_download, name="plan-export-download"),
    path(f"{_EXPORT}<int:pk>/discard/", exports.export_discard, name="plan-export-discard"),
    path("departments/<slug:code>/", departments.department_detail, name="department-detail"),
    path("departments/<slug:code>/items/<int:pk>/", departments.item_hand, name="item-hand"),
]
