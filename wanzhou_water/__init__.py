"""Wiring of the project: settings, addresses, Celery, WSGI."""

from wanzhou_water.celery import app as celery_app

__all__ = ["celery_app"]
