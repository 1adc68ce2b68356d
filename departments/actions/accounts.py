"""What an admin does to an account; the person's own password is changed in ``views.passwords``."""

from axes.utils import reset as forget_failures
from django.db import transaction
from django.http import HttpRequest

from departments.audit import record
from departments.errors import DomainError
from departments.models import User
from departments.passwords import hash_issued, issue_password


@transaction.atomic
def account_open(
    *, person: User, by: User | None = None, request: HttpRequest | None = None
) -> str:
    """Save a new ``person`` and return the password issued to them, which is kept nowhere.

    ``by`` is None for the command that makes the first admin.
    """
    password = _issue(person)
    record("开通账户", user=by, request=request, subject=_name(person))
    return password


@transaction.atomic
def account_reissue_password(*, person: User, by: User, request: HttpRequest | None = None) -> str:
    """Replace a forgotten password by an issued one and return it; open sessions end.

    Raises DomainError for oneself (who knows the password changes it, who does not asks another
    admin) and for a closed account.
    """
    _refuse_oneself(person, by, "重置密码")
    if not person.is_active:
        raise DomainError("账户已停用，请先启用。")
    password = _issue(person)
    forget_failures(username=person.username)
    record("重置密码", user=by, request=request, subject=_name(person))
    return password


@transaction.atomic
def account_deactivate(*, person: User, by: User, request: HttpRequest | None = None) -> None:
    """Close an account: nobody is deleted, open sessions end at once.

    Raises DomainError for oneself, so that at least one admin is always left.
    """
    _refuse_oneself(person, by, "停用")
    person.is_active = False
    person.save(update_fields=["is_active"])
    record("停用账户", user=by, request=request, subject=_name(person))


@transaction.atomic
def account_reactivate(*, person: User, by: User, request: HttpRequest | None = None) -> str:
    """Open a closed account again with an issued password, so that no old session comes back."""
    person.is_active = True
    password = _issue(person)
    record("启用账户", user=by, request=request, subject=_name(person))
    return password


@transaction.atomic
def account_unlock(*, person: User, by: User, request: HttpRequest | None = None) -> int:
    """Lift a lock-out after failed sign-ins; returns how many counters were dropped."""
    _refuse_oneself(person, by, "解除锁定")
    dropped: int = forget_failures(username=person.username)
    record("解除登录锁定", user=by, request=request, subject=_name(person))
    return dropped


def _issue(person: User) -> str:
    password = issue_password()
    person.password = hash_issued(password)
    person.must_change_password = True
    person.save()
    return password


def _refuse_oneself(person: User, by: User, what: str) -> None:
    if person.pk == by.pk:
        raise DomainError(f"不能对自己的账户{what}，请另一位管理员办理。")


def _name(person: User) -> str:
    return f"{person.name}（{person.username}）"
