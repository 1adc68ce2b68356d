"""Addresses of the site."""

from django.contrib import admin
from django.urls import include, path

from wanzhou_water.health import healthz

handler400 = "wanzhou_water.failures.bad_request"
handler403 = "wanzhou_water.failures.permission_denied"
handler404 = "wanzhou_water.failures.page_not_found"
handler500 = "wanzhou_water.failures.server_error"

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("admin/", admin.site.urls),
    path("", include("departments.urls")),
    path("", include("reports.plan_urls")),
    path("", include("reports.urls")),
]
