"""The kinds of notice: what each is called, to whom it goes, when, and how. The only copy."""

import dataclasses
from collections.abc import Mapping
from types import MappingProxyType

from django.db import models


class Kind(models.TextChoices):
    """提醒种类."""

    OPENED = "opened", "报送通知"
    FILE = "file", "报送提醒"
    SIGN = "sign", "审签提醒"
    RETURNED = "returned", "退回补正"
    SENT_BACK = "sent_back", "退回修改"
    EXTENSION_ASKED = "extension_asked", "延期申请"
    EXTENSION_DECIDED = "extension_decided", "延期结果"
    ENTRY_ASKED = "entry_asked", "商请补充进展"
    ENTRIES = "entries", "配合事项提醒"
    REVIEW = "review", "审核提醒"
    DIGEST = "digest", "未报情况"
    GAP = "gap", "无人可通知"
    ACCEPTED = "accepted", "审核通过"
    URGE = "urge", "催办"
    URGE_LEADER = "urge_leader", "催办（抄审签人）"


class Group(models.TextChoices):
    """What a person can set the channels of, kind by kind being too fine."""

    DEADLINE = "deadline", "报送和审签的提醒"
    ACTS = "acts", "退回、延期、商请、催办"
    RECEIVER = "receiver", "审核提醒和未报情况"


@dataclasses.dataclass(frozen=True)
class Row:
    """One kind: ``to`` and ``when`` in words for the docs, the numbers of ``slots.Rules`` by their
    names; ``at_once`` answers an act."""

    kind: Kind
    group: Group
    to: str
    when: str
    at_once: bool = False
    inbox_only: bool = False


_ROWS = (
    Row(Kind.OPENED, Group.DEADLINE, "牵头单位填报员、审签人", "报告期开放当日（遇节假日顺延）"),
    Row(
        Kind.FILE,
        Group.DEADLINE,
        "牵头单位填报员（有经办人的，只给经办人）",
        "截止前 {before} 天，当天，截止后 {after} 天，之后每 {repeat} 天，直到报送或关闭",
    ),
    Row(Kind.SIGN, Group.DEADLINE, "牵头单位审签人（本人提交的除外）", "同上，待其审签的事项"),
    Row(
        Kind.RETURNED,
        Group.ACTS,
        "牵头单位填报员（有经办人的，只给经办人）",
        "审核单位退回补正时，第 {refile} 个工作日再提醒一次",
        at_once=True,
    ),
    Row(Kind.SENT_BACK, Group.ACTS, "提交人", "审签人退回修改时", at_once=True),
    Row(
        Kind.EXTENSION_ASKED,
        Group.ACTS,
        "牵头单位审签人；同意后，审核单位汇总员",
        "申请延期时，审签同意时",
        at_once=True,
    ),
    Row(
        Kind.EXTENSION_DECIDED,
        Group.ACTS,
        "牵头单位填报员",
        "同意或不同意延期时",
        at_once=True,
    ),
    Row(Kind.ENTRY_ASKED, Group.ACTS, "责任单位填报员", "牵头单位商请补充进展时", at_once=True),
    Row(Kind.ENTRIES, Group.DEADLINE, "责任单位填报员", "截止前 {entries} 天，尚未记进展的事项"),
    Row(
        Kind.REVIEW,
        Group.RECEIVER,
        "审核单位汇总员",
        "报送满 {review} 个工作日未审核时，此后每 {repeat} 天一次",
    ),
    Row(
        Kind.DIGEST,
        Group.RECEIVER,
        "两个汇总单位汇总员",
        "截止前 {digest_before} 天，当天，截止后 {digest_after} 天，之后每 {repeat} 天",
    ),
    Row(
        Kind.GAP,
        Group.RECEIVER,
        "两个汇总单位汇总员",
        "每次报送提醒的前一个工作日，牵头单位没有在任填报员或审签人时",
    ),
    Row(Kind.ACCEPTED, Group.ACTS, "提交人", "审核通过时，只发站内消息", True, True),
    Row(Kind.URGE, Group.ACTS, "牵头单位填报员", "汇总员催办时", at_once=True),
    Row(Kind.URGE_LEADER, Group.ACTS, "牵头单位审签人", "汇总员确认抄送时", at_once=True),
)

KINDS: Mapping[Kind, Row] = MappingProxyType({row.kind: row for row in _ROWS})
