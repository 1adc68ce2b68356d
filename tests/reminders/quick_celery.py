"""The product's Celery application with a schedule that ticks every second."""

from wanzhou_water.celery import app

app.conf.beat_schedule["remind"]["schedule"] = 1.0
