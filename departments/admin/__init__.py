"""Admin of departments, people, memberships and the security log."""

from django.contrib import admin
from django.contrib.auth.models import Group

from departments.admin import departments, log, memberships, people

__all__ = ["departments", "log", "memberships", "people"]

admin.site.unregister(Group)
