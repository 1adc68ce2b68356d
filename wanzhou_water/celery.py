"""The Celery application; every app's scheduled work lives in its ``jobs.py``."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wanzhou_water.settings")

app = Celery("wanzhou_water")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(related_name="jobs")
