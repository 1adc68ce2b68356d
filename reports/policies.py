"""Who may do what: ``may(user, right, thing)`` is asked by every view and every action."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models

from departments.models import Department, User
from departments.rights import Rights, rights_of
from reports.models import (
    Extension,
    Measurement,
    ProgressEntry,
    Report,
    ReportingPeriod,
    Series,
    Submission,
)
from reports.states import TRANSITIONS, Action, Party
from tasks.models import Assignment, Plan, PlanReceiver, WorkItem


class Right(models.TextChoices):
    """What can be asked of the policy beside the actions on a report."""

    MANAGE_PERIODS = "manage_periods", "开放、关闭报告期"
    PUBLISH_PERIOD = "publish_period", "发布半年结果"
    SET_GOAL = "set_goal", "录入年度目标"
    SEE_OVERVIEW = "see_overview", "看全区总览"
    SEE_MATRIX = "see_matrix", "看历期一览"
    READ_FILED = "read_filed", "看全部已报送的内容"
    EXPORT_LEDGER = "export_ledger", "导出全部台账"
    EXPORT_PLAN = "export_plan", "导出全部数据"
    READ_DRAFT = "read_draft", "看未报送的内容"
    LOG_ENTRY = "log_entry", "记进展"
    EDIT_ENTRY = "edit_entry", "改进展记录"
    REQUEST_ENTRY = "request_entry", "商请补充进展"
    ASK_EXTENSION = "ask_extension", "申请延期"
    ENDORSE_EXTENSION = "endorse_extension", "审签延期申请"
    DECIDE_EXTENSION = "decide_extension", "决定延期"
    ASSIGN_PERSON = "assign_person", "指定经办人"
    ENTER_VALUE = "enter_value", "录入完成值"
    CONFIRM_VALUE = "confirm_value", "录入核定数和基准值"
    KEEP_SUBMISSION = "keep_submission", "登记发文字号、上传扫描件"
    IMPORT_WORKBOOK = "import_workbook", "导入填报表"
    WRITE = "write", "填报"
    SIGN = "sign", "审签"
    REVIEW = "review", "审核"
    ACKNOWLEDGE = "acknowledge", "签阅报送通知"
    URGE = "urge", "催办"
    KEEP_COORDINATION = "keep_coordination", "办理协调事项"
    SEE_NOTICE_DESK = "see_notice_desk", "看提醒台"
    IMPORT_HISTORY = "import_history", "历史导入"
    ADMINISTER = "administer", "系统管理"


def receivers_of(plan: Plan) -> list[int]:
    """Department ids of the plan's receivers, in order; read once per plan object."""
    return [pk for pk, _ in _receivers(plan)]


def receiver_names(plan: Plan) -> list[str]:
    """The names of the plan's receivers, in order; read once per plan object."""
    return [name for _, name in _receivers(plan)]


def _receivers(plan: Plan) -> list[tuple[int, str]]:
    kept = plan.__dict__.get("_receivers")
    if kept is None:
        rows = PlanReceiver.objects.filter(plan=plan)
        kept = list(rows.values_list("department_id", "department__name"))
        plan.__dict__["_receivers"] = kept
    receivers: list[tuple[int, str]] = kept
    return receivers


def reviewer_of(plan: Plan, department: int) -> int | None:
    """The reviewing receiver (id) of what ``department`` (id) reports: the first that is not it."""
    return next((body for body in receivers_of(plan) if body != department), None)


def _receives(rights: Rights, plan: Plan) -> bool:
    return bool(rights.coordinator_of.intersection(receivers_of(plan)))


def _other_receiver(rights: Rights, report: Report) -> bool:
    others = set(receivers_of(report.period.plan)) - {report.reviewer_id}
    return bool(rights.coordinator_of & others)


def _signs(user: User, rights: Rights, report: Report) -> bool:
    return report.department_id in rights.approver_of and report.submitted_by_id != user.pk


PARTIES: dict[Party, Callable[[User, Rights, Report], bool]] = {
    Party.LEAD_REPORTER: lambda user, rights, report: report.department_id in rights.reporter_of,
    Party.LEAD_APPROVER: lambda user, rights, report: report.department_id in rights.approver_of,
    Party.LEAD_SIGNER: _signs,
    Party.REVIEWER: lambda user, rights, report: report.reviewer_id in rights.coordinator_of,
    Party.RECEIVER: lambda user, rights, report: _receives(rights, report.period.plan),
    Party.OTHER_RECEIVER: lambda user, rights, report: _other_receiver(rights, report),
    Party.ADMIN: lambda user, rights, report: rights.is_admin,
}


def _plan_of(thing: Plan | ReportingPeriod | WorkItem) -> Plan:
    if isinstance(thing, Plan):
        return thing
    return thing.plan if isinstance(thing, ReportingPeriod) else thing.task.plan


def _for_receivers(user: User, rights: Rights, thing: Any) -> bool:
    return _receives(rights, _plan_of(thing))


def _read_filed(user: User, rights: Rights, thing: Any) -> bool:
    return rights.is_auditor or _receives(rights, _plan_of(thing))


def _export_plan(user: User, rights: Rights, thing: Plan) -> bool:
    """The first receiver keeps the ledger, so it keeps the whole as well; drafts stay behind."""
    return bool(rights.coordinator_of.intersection(receivers_of(thing)[:1]))


def _see_overview(user: User, rights: Rights, thing: Any) -> bool:
    published = isinstance(thing, ReportingPeriod) and thing.published_at is not None
    return published or _read_filed(user, rights, thing)


def _see_matrix(user: User, rights: Rights, thing: Plan) -> bool:
    if rights.works_for or _read_filed(user, rights, thing):
        return True
    return thing.periods.filter(published_at__isnull=False).exists()


def _read_draft(user: User, rights: Rights, report: Report) -> bool:
    return report.department_id in rights.works_for


def _log_entry(user: User, rights: Rights, thing: WorkItem) -> bool:
    return bool(speaks_for(rights.works_for, thing))


def _edit_entry(user: User, rights: Rights, entry: ProgressEntry) -> bool:
    return entry.department_id in rights.works_for


def _request_entry(user: User, rights: Rights, report: Report) -> bool:
    return report.department_id in rights.reporter_of


def _ask_extension(user: User, rights: Rights, thing: Department) -> bool:
    return thing.pk in rights.reporter_of


def _endorse_extension(user: User, rights: Rights, thing: Extension) -> bool:
    return thing.department_id in rights.approver_of and thing.asked_by_id != user.pk


def _decide_extension(user: User, rights: Rights, thing: Extension) -> bool:
    return thing.reviewer_id in rights.coordinator_of


def _assign_person(user: User, rights: Rights, thing: Assignment) -> bool:
    return thing.department_id in rights.works_for


def _keep_submission(user: User, rights: Rights, thing: Submission) -> bool:
    recorded = thing.offline and _receives(rights, thing.period.plan)
    return recorded or thing.department_id in rights.works_for


def _enter_value(user: User, rights: Rights, thing: Series | Measurement) -> bool:
    return thing.department.pk in rights.reporter_of


def _confirm_value(user: User, rights: Rights, thing: Series | Measurement) -> bool:
    return reviewer_of(thing.indicator.plan, thing.department.pk) in rights.coordinator_of


def _import_workbook(user: User, rights: Rights, thing: Department) -> bool:
    return thing.pk in rights.reporter_of


def _write(user: User, rights: Rights, thing: Any) -> bool:
    return bool(rights.reporter_of)


def _sign(user: User, rights: Rights, thing: Any) -> bool:
    return bool(rights.approver_of)


def _review(user: User, rights: Rights, thing: Any) -> bool:
    return bool(rights.coordinator_of)


def _acknowledge(user: User, rights: Rights, thing: Department) -> bool:
    return thing.pk in rights.works_for


def _see_notice_desk(user: User, rights: Rights, thing: Any) -> bool:
    return rights.is_admin or bool(
        PlanReceiver.objects.filter(department__in=rights.coordinator_of).exists()
    )


def _administer(user: User, rights: Rights, thing: Any) -> bool:
    return rights.is_admin


RULES: dict[str, Callable[[User, Rights, Any], bool]] = {
    Right.MANAGE_PERIODS: _for_receivers,
    Right.PUBLISH_PERIOD: _for_receivers,
    Right.SET_GOAL: _for_receivers,
    Right.SEE_OVERVIEW: _see_overview,
    Right.SEE_MATRIX: _see_matrix,
    Right.READ_FILED: _read_filed,
    Right.EXPORT_LEDGER: _read_filed,
    Right.EXPORT_PLAN: _export_plan,
    Right.READ_DRAFT: _read_draft,
    Right.LOG_ENTRY: _log_entry,
    Right.EDIT_ENTRY: _edit_entry,
    Right.REQUEST_ENTRY: _request_entry,
    Right.ASK_EXTENSION: _ask_extension,
    Right.ENDORSE_EXTENSION: _endorse_extension,
    Right.DECIDE_EXTENSION: _decide_extension,
    Right.ASSIGN_PERSON: _assign_person,
    Right.ENTER_VALUE: _enter_value,
    Right.CONFIRM_VALUE: _confirm_value,
    Right.KEEP_SUBMISSION: _keep_submission,
    Right.IMPORT_WORKBOOK: _import_workbook,
    Right.WRITE: _write,
    Right.SIGN: _sign,
    Right.REVIEW: _review,
    Right.ACKNOWLEDGE: _acknowledge,
    Right.URGE: _for_receivers,
    Right.KEEP_COORDINATION: _for_receivers,
    Right.SEE_NOTICE_DESK: _see_notice_desk,
    Right.IMPORT_HISTORY: _administer,
    Right.ADMINISTER: _administer,
}


def may(user: User | AnonymousUser, right: Action | Right, thing: Any = None) -> bool:
    """Whether ``user`` has ``right`` over ``thing``, whatever the state it is in.

    For an ``Action`` the thing is a Report and the party of its transition decides; for a
    ``Right`` it is what the rule's function names (period, plan, work item, entry, extension …);
    writing, signing, reviewing and administering without a thing ask for any department at all.
    """
    if not isinstance(user, User):
        return False
    rights = rights_of(user)
    if isinstance(right, Action):
        return PARTIES[TRANSITIONS[right].party](user, rights, thing)
    return RULES[right](user, rights, thing)


def can(user: User, action: Action, report: Report) -> bool:
    """Whether the page offers ``action``: policy, state table and an open period all admit it."""
    row = TRANSITIONS[action]
    opened = row.when_closed or not report.period.is_closed
    return opened and report.status in row.sources and may(user, action, report)


def confirms(user: User, series: Iterable[Series]) -> bool:
    """Whether ``user`` coordinates for a reviewing receiver of one of the ``series``."""
    return any(may(user, Right.CONFIRM_VALUE, one) for one in series)


def speaks_for(departments: frozenset[int], item: WorkItem) -> list[Department]:
    """Which of ``departments`` (ids) take part in ``item``, by name or as a collective's member."""
    return list(
        Department.objects.filter(pk__in=departments)
        .filter(
            models.Q(assignments__in=item.assignments.in_force())
            | models.Q(collectives__assignments__in=item.assignments.in_force())
        )
        .distinct()
    )
