"""The security log: read, never written by hand."""

from django.contrib import admin

from departments.console import ReadOnlyAdmin
from departments.models import AuditEvent


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    list_display = ["at", "username", "user", "action", "subject", "address"]
    list_filter = ["action", "at"]
    list_select_related = ["user"]
    search_fields = ["username", "subject", "user__name"]
    show_full_result_count = False
    list_per_page = 50
