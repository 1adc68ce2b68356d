"""The first admin of a new installation: nobody is there yet who could open the account."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from departments.actions.accounts import account_open
from departments.actions.memberships import membership_record
from departments.models import Membership, Role, User


class Command(BaseCommand):
    help = "开通一名管理员，打印初始密码（首次登录须修改）。以后的人员在管理后台开通。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="用户名，如 zhangsan")
        parser.add_argument("name", help="姓名，如 张三")
        parser.add_argument("--email", default="", help="电子邮箱，忘记密码时用")

    def handle(self, *args: Any, username: str, name: str, email: str, **options: Any) -> None:
        person = User(username=username, name=name, email=email)
        try:
            person.full_clean(exclude=["password"])
        except ValidationError as error:
            raise CommandError("；".join(error.messages)) from error
        self.stdout.write(f"用户名 {username}，初始密码 {open_admin(person)}")


@transaction.atomic
def open_admin(person: User) -> str:
    """Save ``person`` with an admin's membership from today on; returns the issued password."""
    password = account_open(person=person)
    membership = Membership.objects.create(user=person, role=Role.ADMIN, since=timezone.localdate())
    membership_record(membership=membership)
    return password
