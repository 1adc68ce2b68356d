"""Forms of signing in, passwords, one's own account, and the hand-over."""

import datetime
import unicodedata
from typing import Any

from django import forms
from django.contrib.auth.forms import (
    AuthenticationForm,
    PasswordChangeForm,
    PasswordResetForm,
    SetPasswordForm,
    UsernameField,
)
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone

from departments.audit import record
from departments.models import AuditEvent, User

ASKED = "申请重置密码"
RESETS_AN_HOUR = 3


def plain_text(raw: str) -> str:
    """One line of NFC text without invisible characters; refuses what no keyboard types."""
    text = unicodedata.normalize("NFC", raw).strip()
    if any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Cn") for character in text):
        raise ValidationError("含有看不见的控制字符，请删除后重新输入。")
    return text


class SignInForm(AuthenticationForm):
    """The same words for an unknown name, a wrong password and a closed account."""

    username = UsernameField(
        label="用户名", max_length=150, widget=forms.TextInput(attrs={"autofocus": True})
    )
    password = forms.CharField(
        label="密码",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    error_messages = {
        "invalid_login": "用户名或密码不正确，请重新输入（区分大小写）。",
        "inactive": "用户名或密码不正确，请重新输入（区分大小写）。",
    }


class NewPasswordForm(SetPasswordForm):  # type: ignore[type-arg]
    """A new password, twice; raises no alarm about an old one (reset by mail)."""

    error_messages = {"password_mismatch": "两次输入的新密码不一致。"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].label = "新密码"
        self.fields["new_password2"].label = "再输一次新密码"
        self.fields["new_password2"].help_text = ""

    def save(self, commit: bool = True) -> User:
        self.user.must_change_password = False
        user: User = super().save(commit)
        return user


class OwnPasswordForm(NewPasswordForm, PasswordChangeForm):
    """The old password, and a new one that is not the same."""

    error_messages = {
        **NewPasswordForm.error_messages,
        "password_incorrect": "原密码不正确，请重新输入。",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = "原密码"

    def clean_new_password1(self) -> str:
        new: str = self.cleaned_data["new_password1"]
        if self.user.check_password(new):
            raise ValidationError("新密码不能与原密码相同。")
        return new


class ResetByMailForm(PasswordResetForm):
    """Asks for the e-mail; a person gets at most three mails an hour, however often one asks."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "账户登记的电子邮箱"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.request: HttpRequest | None = kwargs.get("request")
        super().save(*args, **kwargs)

    def send_mail(self, *args: Any, **kwargs: Any) -> None:
        _subject, _body, context, *_rest = args
        record(ASKED, user=context["user"], request=self.request)
        super().send_mail(*args, **kwargs)

    def get_users(self, email: str) -> Any:
        an_hour_ago = timezone.now() - datetime.timedelta(hours=1)
        for user in super().get_users(email):
            asked = AuditEvent.objects.filter(user=user, action=ASKED, at__gte=an_hour_ago)
            if asked.count() < RESETS_AN_HOUR:
                yield user


class ContactForm(forms.ModelForm):  # type: ignore[type-arg]
    """What people keep up to date about themselves."""

    class Meta:
        model = User
        fields = ["telephone", "email"]

    def clean_telephone(self) -> str:
        return plain_text(self.cleaned_data["telephone"])


class HandOverForm(forms.Form):
    """Who takes over, and the last day of the one who leaves."""

    successor = forms.ModelChoiceField(
        label="接替人", queryset=User.objects.none(), empty_label="请选择"
    )
    day = forms.DateField(
        label="离任日期",
        help_text="当日权限仍有效，次日起由接替人行使；要立即生效请填昨天。",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    close_account = forms.BooleanField(label="同时停用账户", required=False)

    def __init__(self, *args: Any, person: User, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = User.objects.filter(is_active=True).exclude(pk__in=[person.pk, by.pk])
        self.fields["successor"].queryset = others.order_by("name")  # type: ignore[attr-defined]
        self.fields["successor"].label_from_instance = _with_username  # type: ignore[attr-defined]
        self.fields["day"].initial = timezone.localdate


def _with_username(person: User) -> str:
    return f"{person.name}（{person.username}）"
