"""One's own password: changed when known, reset by mail when forgotten."""

from typing import Any, cast

from axes.utils import reset as forget_failures
from django.contrib import messages
from django.contrib.auth import views
from django.http import HttpResponse

from departments.audit import record
from departments.forms import NewPasswordForm, OwnPasswordForm, ResetByMailForm
from departments.models import User


class Refusing:
    """A form that is sent back says so in its status, too."""

    def form_invalid(self, form: Any) -> HttpResponse:
        view = cast(Any, self)
        answer: HttpResponse = view.render_to_response(view.get_context_data(form=form), status=422)
        return answer


class PasswordChange(Refusing, views.PasswordChangeView):
    """Ends every other session of the person; this one gets a new key."""

    template_name = "accounts/password_change.html"
    form_class = OwnPasswordForm
    success_url = "/"

    def form_valid(self, form: Any) -> HttpResponse:
        answer = super().form_valid(form)
        record("修改密码", request=self.request)
        messages.success(self.request, "密码已修改，其他地方的登录已退出。")
        return answer


class PasswordReset(Refusing, views.PasswordResetView):
    """Says the same whether the address is known or not."""

    template_name = "accounts/password_reset.html"
    form_class = ResetByMailForm
    subject_template_name = "accounts/mail/password_reset_subject.txt"
    email_template_name = "accounts/mail/password_reset.txt"
    html_email_template_name = "accounts/mail/password_reset.html"


class PasswordResetConfirm(Refusing, views.PasswordResetConfirmView):
    template_name = "accounts/password_reset_confirm.html"
    form_class = NewPasswordForm

    def form_valid(self, form: Any) -> HttpResponse:
        answer = super().form_valid(form)
        person: User = form.user
        forget_failures(username=person.username)
        record("通过邮件重置密码", user=person, request=self.request)
        return answer


password_change = PasswordChange.as_view()
password_reset = PasswordReset.as_view()
password_reset_done = views.PasswordResetDoneView.as_view(
    template_name="accounts/password_reset_done.html"
)
password_reset_confirm = PasswordResetConfirm.as_view()
password_reset_complete = views.PasswordResetCompleteView.as_view(
    template_name="accounts/password_reset_complete.html"
)
