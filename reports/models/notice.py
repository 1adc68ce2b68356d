"""Notices and their deliveries: the outbox."""

import hashlib

from django.db import models
from django.db.models import Q

from departments.models import Department, User
from reports.models.base import AppendOnly
from reports.models.period import ReportingPeriod
from reports.models.urge import Urge
from reports.querysets import NoticeQuerySet
from reports.reminders.kinds import Kind


class Notice(models.Model):
    """提醒: one per kind, slot, period, person and effective due date; the inbox is this table.

    ``lines`` is what was outstanding when it was planned. ``at`` is the moment from which it is
    due; a ``merged`` one was overtaken by a newer slot during an outage and is only recorded;
    a ``held`` one waits for a human.
    """

    kind = models.CharField("种类", max_length=20, choices=Kind.choices)
    slot = models.CharField("档次", max_length=40)
    period = models.ForeignKey(ReportingPeriod, on_delete=models.PROTECT, related_name="notices")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="notices")
    due_on = models.DateField("截止日期")
    at = models.DateTimeField("应发时间")
    created_at = models.DateTimeField("生成时间")
    lines = models.JSONField("事项", default=list)
    text = models.TextField("附言", blank=True)
    reports = models.ManyToManyField("reports.Report", related_name="notices")
    urge = models.ForeignKey(Urge, on_delete=models.PROTECT, null=True, related_name="notices")
    merged = models.BooleanField("已并入较新的一次", default=False)
    held = models.BooleanField("待人工放行", default=False)
    read_at = models.DateTimeField("阅读时间", null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "提醒"
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["user", "-at"], name="notice_inbox")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "slot", "period", "user", "due_on"], name="notice_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="notice_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.slot} {self.user}"

    @property
    def key(self) -> str:
        from reports.reminders.facts import notice_key

        return notice_key(self.kind, self.slot, self.period_id, self.user_id, self.due_on)


class ContactPoint(models.Model):
    """通知地址: a group robot or another address of a department or a person, beside e-mail."""

    class Channel(models.TextChoices):
        ROBOT = "robot", "群机器人"
        SMS = "sms", "短信网关"

    channel = models.CharField("渠道", max_length=8, choices=Channel.choices)
    department = models.ForeignKey(
        Department, verbose_name="单位", on_delete=models.PROTECT, null=True, blank=True,
        related_name="contact_points",
    )  # fmt: skip
    user = models.ForeignKey(
        User, verbose_name="人员", on_delete=models.PROTECT, null=True, blank=True,
        related_name="contact_points",
    )  # fmt: skip
    label = models.CharField("名称", max_length=40)
    address = models.CharField("地址", max_length=500, help_text="含密钥，只显示首尾")
    active = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "通知地址"
        ordering = ["department__order", "user", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(department__isnull=True, user__isnull=False)
                | Q(department__isnull=False, user__isnull=True),
                name="contact_point_has_one_owner",
                violation_error_message="通知地址属于一个单位或一个人，请只选一项。",
            ),
            models.CheckConstraint(
                condition=Q(channel__in=["robot", "sms"]), name="contact_point_channel_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.label}"


class Delivery(models.Model):
    """送达: one per notice and channel. ``reports.reminders.delivery`` alone changes its state."""

    class State(models.TextChoices):
        PENDING = "pending", "待发"
        CLAIMED = "claimed", "已认领"
        SENDING = "sending", "发送中"
        SENT = "sent", "已发"
        UNKNOWN = "unknown", "不明"
        DEAD = "dead", "失败"
        CANCELLED = "cancelled", "已取消"
        HELD = "held", "待放行"

    class Channel(models.TextChoices):
        MAIL = "mail", "邮件"
        ROBOT = "robot", "群机器人"
        SMS = "sms", "短信"

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="deliveries")
    channel = models.CharField("渠道", max_length=8, choices=Channel.choices)
    point = models.ForeignKey(ContactPoint, on_delete=models.PROTECT, null=True, related_name="+")
    key = models.CharField("键", max_length=160, unique=True)
    message_id = models.CharField("邮件编号", max_length=120, unique=True)
    state = models.CharField("状态", max_length=10, choices=State.choices)
    not_before = models.DateTimeField("最早发送")
    token = models.CharField("认领", max_length=32, blank=True)
    lease_until = models.DateTimeField("认领至", null=True)
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    reason = models.CharField("原因", max_length=200, blank=True)
    settled_at = models.DateTimeField("办结时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "送达"
        ordering = ["not_before", "id"]
        indexes = [models.Index(fields=["state", "not_before"], name="delivery_due")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["pending", "claimed", "sending", "sent", "unknown", "dead",
                                       "cancelled", "held"]),
                name="delivery_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["claimed", "sending"])
                | (~Q(token="") & Q(lease_until__isnull=False)),
                name="delivery_claim_has_lease",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.get_state_display()}"


def message_id_of(key: str, sender: str) -> str:
    """The Message-ID (RFC 5322, 3.6.4) of the delivery ``key``: the same whenever it is made.

    ``sender`` is the address that the mail comes from; its domain stands on the right.
    """
    domain = sender.rpartition("@")[2].strip(" >") or "localhost"
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{domain}>"


class Attempt(AppendOnly):
    """One try at a delivery, kept as evidence; ``detail`` holds no secret."""

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="tries")
    at = models.DateTimeField("时间")
    outcome = models.CharField("结果", max_length=10)
    detail = models.CharField("说明", max_length=200, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "送达经过"
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.outcome}"


class ChannelState(models.Model):
    """A channel that stopped (authentication refused), or a robot's next free moment."""

    name = models.CharField("渠道", max_length=60, unique=True)
    stopped_at = models.DateTimeField("停用时间", null=True)
    reason = models.CharField("原因", max_length=200, blank=True)
    free_at = models.DateTimeField("下次可发", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "渠道状态"

    def __str__(self) -> str:
        return self.name


class TickState(models.Model):
    """When the planner ran last; one row."""

    at = models.DateTimeField("最近一次")

    class Meta:
        verbose_name = verbose_name_plural = "定时状态"

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class NoticeChoice(models.Model):
    """What a person wants by which channel; without a row everything by every channel."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="notice_choice")
    muted = models.JSONField("不要的", default=list, help_text="如 acts:mail")

    class Meta:
        verbose_name = verbose_name_plural = "提醒设置"

    def __str__(self) -> str:
        return str(self.user)


class CalendarFeed(models.Model):
    """日历订阅: a person's private address; only its hash is kept."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="calendar_feed")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField("生成时间")

    class Meta:
        verbose_name = verbose_name_plural = "日历订阅"

    def __str__(self) -> str:
        return str(self.user)


class ReminderRules(models.Model):
    """提醒规则 of a plan; a period keeps those that held when it opened."""

    plan = models.OneToOneField(
        "tasks.Plan", verbose_name="实施方案", on_delete=models.PROTECT,
        related_name="reminder_rules",
    )  # fmt: skip
    before = models.CharField("截止前几天提醒", max_length=40, default="7,3,1")
    after = models.CharField("截止后几天提醒", max_length=40, default="1,3")
    repeat = models.PositiveSmallIntegerField("此后每几天", default=7)
    digest_before = models.CharField("截止前几天发未报情况", max_length=40, default="3")
    digest_after = models.CharField("截止后几天发未报情况", max_length=40, default="1")
    entries = models.PositiveSmallIntegerField("截止前几天提醒责任单位", default=10)
    review = models.PositiveSmallIntegerField("审核超过几个工作日提醒", default=5)
    refile = models.PositiveSmallIntegerField("退回后第几个工作日再提醒", default=3)
    hour = models.PositiveSmallIntegerField("几时开始发", default=9)
    end = models.PositiveSmallIntegerField("几时以后不发", default=18)

    class Meta:
        verbose_name = verbose_name_plural = "提醒规则"
        constraints = [
            models.CheckConstraint(
                condition=Q(hour__lt=models.F("end"), end__lte=24),
                name="reminder_hours_in_order",
                violation_error_message="开始时刻应早于结束时刻，结束不晚于 24 时。",
            ),
            models.CheckConstraint(
                condition=Q(repeat__gte=1), name="reminder_repeat_positive",
                violation_error_message="间隔至少 1 天。",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.plan} 提醒规则"
