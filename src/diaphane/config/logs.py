"""Structured logs: constant event names with identifiers, never a patient's name or INS (style rule 8)."""

import os
from collections.abc import Callable
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse

from diaphane.kernel.identifiers import uuid7

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]
_RENDERER: Any = (
    structlog.dev.ConsoleRenderer(colors=False)
    if os.environ.get("DIAPHANE_LOG") == "plain"
    else structlog.processors.JSONRenderer()
)

structlog.configure(
    processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "structured": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, _RENDERER],
            "foreign_pre_chain": _SHARED,
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "structured"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        # Its warnings repeat the address of a page; ours name the view instead.
        "django.request": {"level": "ERROR"},
        "uvicorn.access": {"level": "WARNING"},
        "procrastinate": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
    },
}


class RequestContextMiddleware:
    """Give every log line of one request the same opaque request id."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Bind a fresh id around the rest of the chain."""
        with structlog.contextvars.bound_contextvars(request_id=str(uuid7())):
            return self.get_response(request)
