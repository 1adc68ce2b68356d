"""人员: people with their memberships, a row for each; passwords are issued, never read."""

import dataclasses
import datetime
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from departments.actions.accounts import account_open
from departments.actions.memberships import membership_add, membership_end
from departments.actions.people import person_save
from departments.errors import DomainError
from departments.models import Membership, Role, User
from departments.resources.lookup import Body
from departments.tables.columns import Column
from departments.tables.resource import TableResource, as_refusal, check_part, refuse
from departments.tables.widgets import NONE, Day, Line, Word, labels

FOREVER = "长期"
PERSONAL = ("姓名", "电子邮箱", "联系电话")


@dataclasses.dataclass
class PersonRow:
    """A person and one of their memberships; without a role it stands for the person alone."""

    person: User
    post: Membership


def _state(row: PersonRow) -> str:
    return "停用、启用账户请在人员页面办理，导入不改账户状态。"


def _until(row: PersonRow) -> str:
    return Day(forever=FOREVER).render(row.post.until) if row.post.role else ""


class PersonResource(TableResource):
    title = "人员"
    key = ("用户名",)
    username = Column(
        "用户名", "person__username", Line(150), required=True, width=16,
        explanation="登录用，录入后不能改；按用户名认人。一人几个任职，写几行",
    )  # fmt: skip
    name = Column("姓名", "person__name", Line(30), required=True, width=12,
                  explanation="同一人的各行须一致")  # fmt: skip
    email = Column("电子邮箱", "person__email", Line(254, empties=True), width=26,
                   explanation=f"用于提醒和找回密码；要清空请填“{NONE}”")  # fmt: skip
    telephone = Column("联系电话", "person__telephone", Line(30, empties=True), width=16,
                       explanation=f"要清空请填“{NONE}”")  # fmt: skip
    state = Column("账户状态", "person__is_active", Word({"启用": True, "停用": False}), width=10,
                   fixed=_state, explanation="启用或停用；只供查看，不能经导入改变")  # fmt: skip
    department = Column("单位", "post__department", Body(), width=22,
                        explanation="简称、别名或代码；管理员、督查员可不填")  # fmt: skip
    role = Column("角色", "post__role", Word(labels(Role.choices)), width=10,
                  explanation="填了角色，这一行就是一个任职；不填，只改人员本身")  # fmt: skip
    since = Column("起始日期", "post__since", Day(), width=13,
                   explanation="如 2027-01-05；新任职不填即为当天；已有的不能经导入改")  # fmt: skip
    until = Column("截止日期", "post__until", Day(forever=FOREVER), width=13, show=_until,
                   explanation=f"当日仍有效；不设期限填“{FOREVER}”，空着则不变")  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.issued: list[tuple[User, str]] = []
        self._told: dict[str, tuple[int, dict[str, str]]] = {}

    def slips(self) -> list[tuple[User, str, str]]:
        """Person, posts in words, and the password issued just now; kept nowhere."""
        posts = Membership.objects.filter(user__in=[person for person, _ in self.issued])
        held: dict[int, list[str]] = defaultdict(list)
        for post in posts.select_related("department"):
            held[post.user_id].append(f"{post.department or '全区'}{post.get_role_display()}")
        return [(person, "；".join(held[person.pk]), password) for person, password in self.issued]

    def listed(self, queryset: QuerySet[Any]) -> Iterator[PersonRow]:
        posts = Membership.objects.select_related("department").order_by("since", "id")
        for person in queryset.prefetch_related(None).prefetch_related(
            Prefetch("memberships", posts, to_attr="posts")
        ):
            for post in person.posts or [Membership()]:
                yield PersonRow(person, post)

    def identity_headings(self) -> tuple[str, ...]:
        return ("用户名", "单位", "角色", "起始日期")

    def fetch(self, values: dict[str, str]) -> tuple[PersonRow, bool]:
        username = User.normalize_username(self.value("username", values) or "")
        self._refuse_two_tales(username, values)
        person = User.objects.filter(username=username).first()
        if person is None:
            person = User()
            return PersonRow(person, Membership(user=person)), True
        post = self._post_of(person, values) or Membership(user=person)
        return PersonRow(person, post), False

    def _refuse_two_tales(self, username: str, values: dict[str, str]) -> None:
        """Rows of one person say the same of that person, or the last one would win silently."""
        told = {heading: values[heading] for heading in PERSONAL if values.get(heading)}
        number, before = self._told.setdefault(username, (self.number, told))
        for heading, text in told.items():
            if before.get(heading, text) != text:
                said = f"与第 {number} 行同一用户名的「{heading}」不一致，请改成一样。"
                raise refuse(self.fields_by_heading()[heading].attribute, said)

    def _post_of(self, person: User, values: dict[str, str]) -> Membership | None:
        """The membership that the row means: same department, role and first day.

        Without a first day the one that still holds.
        """
        role = self.value("role", values)
        if role is None:
            return None
        department, since = self.value("department", values), self.value("since", values)
        rows = person.memberships.filter(role=role, department=department)
        still = Q(until__isnull=True) | Q(until__gte=timezone.localdate())
        return rows.filter(since=since).first() if since else rows.filter(still).first()

    def check(self, row: PersonRow, new: bool) -> None:
        if new or _facts(row.person) != _facts(self.stored.person):
            check_part(row.person, "person", ["password"])
        if row.post.role:
            self._check_post(row.post, new)
        elif row.post.department or row.post.since or row.post.until:
            raise refuse("post__role", "填了单位或日期，还须填角色。")

    def _check_post(self, post: Membership, new: bool) -> None:
        if post.pk and post.until == self.stored.post.until:
            return
        post.since = post.since or timezone.localdate()
        check_part(post, "post", ["user"] if new else [])

    def store(self, row: PersonRow, new: bool) -> None:
        if new:
            self._open(row.person)
            row.post.user = row.person
        elif _facts(row.person) != _facts(self.stored.person):
            person_save(person=row.person, by=self.actor)
        try:
            self._store_post(row.post)
        except DomainError as error:
            raise as_refusal(error, "post__role") from error

    def _store_post(self, post: Membership) -> None:
        if post.role and post.pk is None:
            membership_add(membership=post, by=self.actor, request=self.request)
        elif post.pk and post.until != self.stored.post.until:
            until: datetime.date | None = post.until
            membership_end(membership=post, until=until, by=self.actor, request=self.request)

    def not_for_later(self, new: int, effective: int) -> str:
        """A password is shown once to the admin who waits for it, and kept nowhere."""
        if not new:
            return ""
        return (
            f"这份文件要开通 {new} 个账户，连同修改共 {effective} 行，什么也没有写入。"
            "初始密码只当场显示一次，不在系统里存放，所以不能留给后台："
            f"请把新人员另做文件，每份最多 {self.at_once} 行；已有人员的行不受此限。"
        )

    def _open(self, person: User) -> None:
        """A dry run issues no password: to hash one is slow by intent."""
        if not (self.dry_run or self.at_desk):
            raise DomainError(self.not_for_later(1, 1))
        person._history_user = self.actor  # type: ignore[attr-defined]
        if self.dry_run:
            person.set_unusable_password()
            person.save()
        else:
            password = account_open(person=person, by=self.actor, request=self.request)
            self.issued.append((person, password))


def _facts(person: User) -> tuple[str, ...]:
    return (person.name, person.email, person.telephone)
