"""The product at another hour: its clock runs DRILL_SHIFT seconds ahead, ticks come every second,
and leases are as short as a drill. For Celery (``app``) and gunicorn (``application``)."""

import datetime
import os

import django
from django.utils import timezone

_shift = datetime.timedelta(seconds=float(os.environ["DRILL_SHIFT"]))
_now = timezone.now
timezone.now = lambda: _now() + _shift
django.setup()

from reports.reminders import delivery  # noqa: E402 - after the clock is set
from wanzhou_water.celery import app  # noqa: E402
from wanzhou_water.wsgi import application  # noqa: E402

delivery.CLAIM_LEASE = datetime.timedelta(seconds=5)
delivery.SEND_LEASE = datetime.timedelta(seconds=8)
app.conf.beat_schedule["remind"]["schedule"] = 1.0

__all__ = ["app", "application"]
