"""Logs as lines on standard error: JSON for machines, plain for a terminal."""

from typing import Any

import structlog


def logging_config(*, level: str, as_json: bool) -> dict[str, Any]:
    """The ``LOGGING`` setting; ``level`` is a name of ``logging`` (INFO).

    Lines of Django, Celery and gunicorn take the same way out, each with the id of the request
    it belongs to (``RequestIdMiddleware``).
    """
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    _configure(shared)
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *_rendering(as_json=as_json),
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        # Django's own handlers would print each line twice, or mail it.
        "loggers": {
            "django": {"handlers": [], "propagate": True, "level": level},
            "axes": {"level": "WARNING"},  # greets at every start
            # They write addresses with their keys; what became of a message stands in its delivery.
            "apprise": {"handlers": [], "propagate": False, "level": "CRITICAL"},
            "urllib3": {"level": "ERROR"},
        },
    }


def _configure(shared: list[Any]) -> None:
    """Our own lines pass through the same processors before they reach ``logging``."""
    structlog.configure(
        processors=[
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _rendering(*, as_json: bool) -> list[Any]:
    if as_json:
        return [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    return [
        structlog.dev.ConsoleRenderer(
            colors=False, exception_formatter=structlog.dev.plain_traceback
        )
    ]
