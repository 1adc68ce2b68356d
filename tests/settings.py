"""The product's settings as development has them, whatever this machine's environment says."""

import os

os.environ.setdefault("DEBUG", "1")

from wanzhou_water.settings import *  # noqa: F403

# A hash that takes no time; the real one is tried in tests/house/test_settings.py.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if not os.environ.get("REDIS_URL"):
    CELERY_BROKER_URL = "memory://"
# Tests travel in time without signing in anew; those of the idle time-out set their own.
IDLE_MINUTES = 10**7
SESSION_COOKIE_AGE = 10**9
