"""Who: departments, people, and in which role a person works for a department."""

import datetime

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords


class Department(models.Model):
    """单位: a body that the plan's 牵头单位 and 责任单位 cells name."""

    class Kind(models.TextChoices):
        OFFICE = "office", "部门"
        TOWN = "town", "镇街"
        ENTERPRISE = "enterprise", "企业"
        COLLECTIVE = "collective", "集合"

    code = models.SlugField("代码", max_length=20, unique=True)
    name = models.CharField("简称", max_length=50, unique=True, help_text="与方案附件所印一致")
    kind = models.CharField("类别", max_length=12, choices=Kind.choices, default=Kind.OFFICE)
    members = models.ManyToManyField(
        "self",
        verbose_name="成员单位",
        symmetrical=False,
        related_name="collectives",
        blank=True,
        help_text="只有「集合」有成员单位",
    )
    order = models.PositiveSmallIntegerField("排序", default=0)
    needs_approval = models.BooleanField("报送须经审签", default=True)
    telephone = models.CharField("办公电话", max_length=30, blank=True)
    history = HistoricalRecords(m2m_fields=[members], verbose_name="修改记录")

    class Meta:
        verbose_name = verbose_name_plural = "单位"
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["office", "town", "enterprise", "collective"]),
                name="department_kind_known",
            )
        ]

    def __str__(self) -> str:
        return self.name


class DepartmentAlias(models.Model):
    """单位别名: another name under which a document prints the department."""

    department = models.ForeignKey(
        Department, verbose_name="单位", on_delete=models.CASCADE, related_name="aliases"
    )
    name = models.CharField("别名", max_length=50, unique=True)

    class Meta:
        verbose_name = verbose_name_plural = "单位别名"

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """人员: one person, one account, however many departments and roles."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField("姓名", max_length=30)
    telephone = models.CharField("联系电话", max_length=30, blank=True)
    must_change_password = models.BooleanField("下次登录须改密码", default=True)
    history = HistoricalRecords(excluded_fields=["password", "last_login"], verbose_name="修改记录")

    objects = UserManager()  # type: ignore[misc]
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = verbose_name_plural = "人员"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class Role(models.TextChoices):
    """角色: declared once, with its Chinese name."""

    REPORTER = "reporter", "填报员"
    APPROVER = "approver", "审签人"
    COORDINATOR = "coordinator", "汇总员"
    ADMIN = "admin", "管理员"
    AUDITOR = "auditor", "督查员"


class MembershipQuerySet(models.QuerySet["Membership"]):
    def on(self, day: datetime.date) -> "MembershipQuerySet":
        """Memberships in force on ``day``, of people who may sign in."""
        return self.in_force(day).filter(user__is_active=True)

    def in_force(self, day: datetime.date) -> "MembershipQuerySet":
        """Memberships that hold on ``day`` (a date in Asia/Shanghai, both ends inclusive)."""
        return self.filter(Q(until__isnull=True) | Q(until__gte=day), since__lte=day)


class Membership(models.Model):
    """任职: a person's role in a department, from one day until another (inclusive)."""

    user = models.ForeignKey(
        User, verbose_name="人员", on_delete=models.PROTECT, related_name="memberships"
    )
    department = models.ForeignKey(
        Department,
        verbose_name="单位",
        on_delete=models.PROTECT,
        related_name="memberships",
        null=True,
        blank=True,
        help_text="管理员、督查员可不填",
    )
    role = models.CharField("角色", max_length=12, choices=Role.choices)
    since = models.DateField("起始日期")
    until = models.DateField("截止日期", null=True, blank=True, help_text="当日仍有效；长期则不填")
    history = HistoricalRecords(verbose_name="修改记录")

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "任职"
        ordering = ["department__order", "role", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="membership_ends_after_it_starts",
                violation_error_message="截止日期不得早于起始日期。",
            ),
            models.CheckConstraint(
                condition=Q(role__in=["admin", "auditor"]) | Q(department__isnull=False),
                name="membership_role_has_department",
                violation_error_message="填报员、审签人、汇总员须选择单位。",
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role_known"),
            models.UniqueConstraint(
                fields=["user", "department", "role", "since"],
                name="membership_once",
                violation_error_message="此人已有同一单位、角色、起始日期的任职。",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "since"],
                condition=Q(department__isnull=True),
                name="membership_of_no_department_once",
                violation_error_message="此人已有同一角色、起始日期的任职。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.department or '全区'} · {self.get_role_display()}"

    def is_in_force(self, day: datetime.date) -> bool:
        """Whether ``day`` lies in it, whatever becomes of the account."""
        return self.since <= day and (self.until is None or day <= self.until)


class AuditEvent(models.Model):
    """安全日志: sign-in, sign-out, failed sign-in, export, import, download, change of rights."""

    at = models.DateTimeField("时间", db_index=True)
    user = models.ForeignKey(
        User, verbose_name="人员", on_delete=models.PROTECT, null=True, related_name="+"
    )
    username = models.CharField("用户名", max_length=150, blank=True)
    action = models.CharField("动作", max_length=40)
    subject = models.CharField("对象", max_length=300, blank=True)
    address = models.GenericIPAddressField("来源地址", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "安全日志"
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["username", "-at"], name="audit_by_username")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.username} {self.action}"


_KEPT = ["waiting", "previewing", "ready", "queued", "writing"]
_OVER = ["done", "refused", "dropped"]
"""The states in which the file's rows are kept, and those in which they are not."""


class TableImport(models.Model):
    """后台导入的表: a table of the admin that is too long for a request, on its way in.

    ``table`` is the model's label. ``parcel`` (the file's rows) and ``preview`` are kept only
    until it is settled; ``result`` stays: how many rows of each fate, and those refused. ``total``
    is how many rows the step under way has, ``sentence`` what is to be said about the last one.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "等待核对"
        PREVIEWING = "previewing", "正在核对"
        READY = "ready", "待确认"
        QUEUED = "queued", "等待写入"
        WRITING = "writing", "正在写入"
        DONE = "done", "已导入"
        REFUSED = "refused", "未能导入"
        DROPPED = "dropped", "已放弃"

    table = models.CharField("表", max_length=60)
    name = models.CharField("文件名", max_length=100)
    sha256 = models.CharField("SHA-256", max_length=64)
    by = models.ForeignKey(
        User, verbose_name="导入人", on_delete=models.PROTECT, related_name="table_imports"
    )
    at = models.DateTimeField("上传时间")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.WAITING)
    claimed_at = models.DateTimeField("后台领取时间", null=True)
    total = models.PositiveIntegerField("行数", default=0)
    parcel = models.JSONField("读出的行", null=True)
    preview = models.JSONField("预览", null=True)
    mark = models.CharField("预览的标记", max_length=64, blank=True)
    result = models.JSONField("结果", default=dict)
    sentence = models.TextField("说明", blank=True)
    settled_at = models.DateTimeField("办结时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "后台导入的表"
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=_KEPT, parcel__isnull=False)
                | Q(state__in=_OVER, parcel__isnull=True, preview__isnull=True),
                name="table_import_keeps_rows_until_settled",
            )
        ]

    def __str__(self) -> str:
        return f"「{self.name}」"

    @property
    def is_busy(self) -> bool:
        """Whether the background is at it, so that the page waits."""
        state = self.State
        return self.state in {state.WAITING, state.PREVIEWING, state.QUEUED, state.WRITING}

    @property
    def can_be_dropped(self) -> bool:
        """Whether nobody is at it."""
        return self.state in {self.State.WAITING, self.State.READY, self.State.QUEUED}
