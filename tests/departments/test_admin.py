"""管理后台: who gets in, what it lists, and that nothing is deleted."""

import re
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from departments.audit import record
from departments.models import User
from reports.models import ReportingPeriod
from tests.cast import Cast
from tests.departments.admin_steps import (
    PEOPLE,
    Login,
    _clock,
    client,
)

__all__ = ["_clock", "client"]


def test_only_an_admins_membership_opens_it(cast: Cast, login: Login) -> None:
    assert login(cast.admin).get("/admin/").status_code == 200
    for user in (cast.cgj_reporter, cast.slj_coordinator, cast.auditor, cast.outsider):
        for page in ("/admin/", PEOPLE, "/admin/departments/auditevent/", "/admin/nothing/"):
            assert login(user).get(page).status_code == 403


def test_is_staff_and_is_superuser_open_nothing(cast: Cast, login: Login) -> None:
    User.objects.filter(pk=cast.outsider.pk).update(is_staff=True, is_superuser=True)
    cast.outsider.refresh_from_db()
    assert login(cast.outsider).get("/admin/").status_code == 403


def test_strangers_are_sent_to_our_own_login(db) -> None:
    assert Client().get(PEOPLE)["Location"].startswith("/login/?next=")
    assert Client().get("/admin/login/?next=/admin/")["Location"] == "/login/?next=/admin/"
    assert Client().get("/admin/login/?next=https://evil.cn/")["Location"].startswith("/login/")


def test_it_is_called_by_its_name_in_chinese(client: Client) -> None:
    page = client.get("/admin/").content.decode()
    assert "万州节水行动 管理后台" in page
    for word in ("单位", "人员", "任职", "安全日志", "实施方案", "分工", "工作日调整"):
        assert word in page


def test_its_own_password_and_logout_pages_are_ours(client: Client) -> None:
    assert client.get("/admin/password_change/")["Location"] == "/account/password/"
    assert client.get("/admin/logout/").status_code == 405
    assert client.post("/admin/logout/")["Location"] == "/login/"
    assert client.get("/admin/").status_code == 302


OURS = list(admin.site._registry)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label_lower)
def test_each_table_lists_opens_and_deletes_nothing(
    model: Any, client: Client, period: ReportingPeriod
) -> None:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    listed = client.get(reverse(f"{name}_changelist"))
    assert listed.status_code == 200
    assert "delete_selected" not in listed.content.decode()
    assert client.get(reverse(f"{name}_changelist"), {"q": "节水"}).status_code in (200, 302)
    row = model.objects.first()
    if row is None:
        return
    page = client.get(reverse(f"{name}_change", args=[row.pk])).content.decode()
    assert "deletelink" not in page
    assert not re.search(r"[\s\"']style=|[\s\"']on[a-z]+=|<script>", page)
    assert client.post(reverse(f"{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
    assert model.objects.filter(pk=row.pk).exists()
    history = client.get(reverse(f"{name}_history", args=[row.pk]))
    assert history.status_code == 200
    assert "style=" not in history.content.decode()


def test_groups_and_permissions_are_not_offered(client: Client) -> None:
    assert "auth/group" not in client.get("/admin/").content.decode()


def test_the_log_cannot_be_written_by_hand(client: Client) -> None:
    assert client.get("/admin/departments/auditevent/add/").status_code == 403
    row = record("登录", username="cgj_reporter")
    page = f"/admin/departments/auditevent/{row.pk}/change/"
    assert client.get(page).status_code == 200
    assert client.post(page, {"action": "x"}).status_code == 403
