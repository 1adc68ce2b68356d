"""Addresses of signing in, passwords, one's own account and the hand-over."""

from django.urls import path

from departments.views import account, hand_over, passwords, sign_in

urlpatterns = [
    path("login/", sign_in.sign_in, name="login"),
    path("logout/", sign_in.sign_out, name="logout"),
    path("account/", account.account, name="account"),
    path("account/password/", passwords.password_change, name="password_change"),
    path("password-reset/", passwords.password_reset, name="password_reset"),
    path("password-reset/sent/", passwords.password_reset_done, name="password_reset_done"),
    path(
        "password-reset/<uidb64>/<token>/",
        passwords.password_reset_confirm,
        name="password_reset_confirm",
    ),
    path("password-reset/done/", passwords.password_reset_complete, name="password_reset_complete"),
    path("people/<int:pk>/handover/", hand_over.handover, name="handover"),
]
