"""The product and the bare pages, for gunicorn: ``tests.bench.site``."""

from tests.bench.clock import shift

shift()
from django.core.wsgi import get_wsgi_application  # noqa: E402 - after the clock is set

application = get_wsgi_application()
