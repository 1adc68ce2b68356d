"""Statuses, actions and TRANSITIONS of a report, and an extension's. This is the only copy."""

import dataclasses
from collections.abc import Mapping
from types import MappingProxyType

from django.db import models


class Status(models.TextChoices):
    """填报状态 of a report."""

    BLANK = "blank", "未填报"
    DRAFT = "draft", "填写中"
    PENDING = "pending", "待审签"
    FILED = "filed", "已报送"
    ACCEPTED = "accepted", "已审核"
    RETURNED = "returned", "已退回"
    EXEMPT = "exempt", "免报"


OPEN = (Status.BLANK, Status.DRAFT, Status.RETURNED)
"""Statuses in which the lead may write."""

IN_HAND = (Status.FILED, Status.ACCEPTED)
"""Statuses in which the receivers have the report in hand."""

OWED = tuple(status for status in Status if status not in (*IN_HAND, Status.EXEMPT))
"""Statuses in which something is still expected of the lead."""


class Progress(models.TextChoices):
    """推进状态, as the lead sees its own work."""

    NOT_BEGUN = "not_begun", "未启动"
    ON_TRACK = "on_track", "正常推进"
    BEHIND = "behind", "进展滞后"
    DONE = "done", "已完成"
    STANDING = "standing", "长期坚持"


class Assessment(models.TextChoices):
    """核定状态, as the reviewing receiver sees it: the lead's five and one more."""

    NOT_BEGUN = "not_begun", "未启动"
    ON_TRACK = "on_track", "正常推进"
    BEHIND = "behind", "进展滞后"
    FAR_BEHIND = "far_behind", "严重滞后"
    DONE = "done", "已完成"
    STANDING = "standing", "长期坚持"


ASSESSMENT_LABELS: Mapping[str, str] = MappingProxyType(
    {state.value: str(state.label) for state in Assessment}
)
"""State of progress → its Chinese word."""

SHORT_STATUS: Mapping[Status, str] = MappingProxyType(
    {
        Status.RETURNED: "退回",
        Status.BLANK: "未填",
        Status.DRAFT: "在填",
        Status.PENDING: "待签",
        Status.FILED: "已报",
        Status.ACCEPTED: "已审",
        Status.EXEMPT: "免报",
    }
)
"""Statuses in two characters, for a cell of a table; what wants looking at comes first."""

SHORT_ASSESSMENT: Mapping[Assessment, str] = MappingProxyType(
    {
        Assessment.FAR_BEHIND: "严重",
        Assessment.BEHIND: "滞后",
        Assessment.NOT_BEGUN: "未启",
        Assessment.ON_TRACK: "正常",
        Assessment.STANDING: "长期",
        Assessment.DONE: "完成",
    }
)
"""States of progress in two characters, the worst first."""


class ExtensionStatus(models.TextChoices):
    """状态 of a request for a later deadline, or of one that was granted unasked."""

    ASKED = "asked", "待审签人同意"
    ENDORSED = "endorsed", "待审核单位决定"
    GRANTED = "granted", "已同意"
    REFUSED = "refused", "未同意"
    WITHDRAWN = "withdrawn", "已撤回"


EXTENSION_PENDING = (ExtensionStatus.ASKED, ExtensionStatus.ENDORSED)
"""Statuses in which somebody still has to decide."""


class Action(models.TextChoices):
    """办理动作: everything that can happen to a report."""

    SAVE = "save", "保存草稿"
    SUBMIT = "submit", "提交审签"
    WITHDRAW = "withdraw", "撤回"
    APPROVE = "approve", "同意报送"
    SEND_BACK = "send_back", "退回修改"
    RECORD_PAPER = "record_paper", "代录"
    RECEIVE = "receive", "签收"
    OPINE = "opine", "会签意见"
    ASK_RETURN = "ask_return", "申请退回"
    DECLINE_RETURN = "decline_return", "不同意退回"
    ACCEPT = "accept", "审核通过"
    RETURN = "return", "退回补正"
    EXEMPT = "exempt", "免报"
    LIFT_EXEMPTION = "lift_exemption", "恢复应报"
    IMPORT = "import", "历史导入"


class Party(models.TextChoices):
    """Who acts, seen from the report."""

    LEAD_REPORTER = "lead_reporter", "牵头单位填报员"
    LEAD_APPROVER = "lead_approver", "牵头单位审签人"
    LEAD_SIGNER = "lead_signer", "牵头单位审签人（非提交人）"
    REVIEWER = "reviewer", "审核单位汇总员"
    RECEIVER = "receiver", "汇总单位汇总员"
    OTHER_RECEIVER = "other_receiver", "另一汇总单位汇总员"
    ADMIN = "admin", "管理员"


@dataclasses.dataclass(frozen=True)
class Transition:
    """One row of the table.

    ``moves`` maps the status before to the status after. ``direct`` replaces it where the lead
    department needs no approval. ``restores`` means that the status after is the one kept from
    before the exemption. ``when_closed`` lets the action into a closed period.
    """

    action: Action
    party: Party
    moves: Mapping[Status, Status]
    direct: Mapping[Status, Status] | None = None
    needs_comment: bool = False
    restores: bool = False
    when_closed: bool = False

    @property
    def sources(self) -> tuple[Status, ...]:
        return tuple(self.moves)


def _to(target: Status, *sources: Status) -> Mapping[Status, Status]:
    return MappingProxyType(dict.fromkeys(sources, target))


def _same(*sources: Status) -> Mapping[Status, Status]:
    return MappingProxyType({source: source for source in sources})


_UNFILED = (*OPEN, Status.PENDING)

TRANSITIONS: Mapping[Action, Transition] = MappingProxyType(
    {
        row.action: row
        for row in (
            Transition(
                Action.SAVE,
                Party.LEAD_REPORTER,
                MappingProxyType(
                    {
                        Status.BLANK: Status.DRAFT,
                        Status.DRAFT: Status.DRAFT,
                        Status.RETURNED: Status.RETURNED,
                    }
                ),
            ),
            Transition(
                Action.SUBMIT,
                Party.LEAD_REPORTER,
                _to(Status.PENDING, *OPEN),
                direct=_to(Status.FILED, *OPEN),
            ),
            Transition(Action.WITHDRAW, Party.LEAD_REPORTER, _to(Status.DRAFT, Status.PENDING)),
            Transition(Action.APPROVE, Party.LEAD_SIGNER, _to(Status.FILED, Status.PENDING)),
            Transition(
                Action.SEND_BACK,
                Party.LEAD_APPROVER,
                _to(Status.DRAFT, Status.PENDING),
                needs_comment=True,
            ),
            Transition(Action.RECORD_PAPER, Party.REVIEWER, _to(Status.FILED, *_UNFILED)),
            Transition(Action.RECEIVE, Party.RECEIVER, _same(*IN_HAND)),
            Transition(Action.OPINE, Party.OTHER_RECEIVER, _same(*IN_HAND), needs_comment=True),
            Transition(Action.ASK_RETURN, Party.LEAD_REPORTER, _same(*IN_HAND), needs_comment=True),
            Transition(Action.DECLINE_RETURN, Party.REVIEWER, _same(*IN_HAND), needs_comment=True),
            Transition(Action.ACCEPT, Party.REVIEWER, _to(Status.ACCEPTED, Status.FILED)),
            Transition(
                Action.RETURN,
                Party.REVIEWER,
                _to(Status.RETURNED, *IN_HAND),
                needs_comment=True,
            ),
            Transition(
                Action.EXEMPT, Party.REVIEWER, _to(Status.EXEMPT, *_UNFILED), needs_comment=True
            ),
            Transition(Action.LIFT_EXEMPTION, Party.REVIEWER, _same(Status.EXEMPT), restores=True),
            Transition(
                Action.IMPORT,
                Party.ADMIN,
                _to(Status.ACCEPTED, Status.BLANK),
                when_closed=True,
            ),
        )
    }
)


def target_of(
    action: Action, status: Status, *, needs_approval: bool = True, before: str = ""
) -> Status | None:
    """The status after ``action`` from ``status``, or None where the table has no such row.

    ``needs_approval`` is the lead department's rule; ``before`` the status kept from before an
    exemption.
    """
    row = TRANSITIONS[action]
    moves = row.direct if row.direct is not None and not needs_approval else row.moves
    target = moves.get(status)
    if target is not None and row.restores:
        return Status(before or Status.BLANK)
    return target
