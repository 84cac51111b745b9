"""Structured logs: constant event names with identifiers, never a patient's name or INS (style rule 8)."""

import os
import sys
import traceback
from collections.abc import Callable, MutableMapping
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse

from diaphane.kernel.identifiers import uuid7
from diaphane.kernel.origin import coming_from


def trace_without_values(
    logger: object, method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Replace an exception by where it passed and what it was, never by what it said.

    The message of a database error repeats the row that it refused: names and findings.
    """
    found = event.pop("exc_info", None)
    if found is True:
        found = sys.exc_info()
    error = found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        event["exception"] = _describe(error)
    return event


def _describe(error: BaseException) -> list[str]:
    """Name an exception and its causes, each with the frames it passed, innermost last."""
    lines: list[str] = []
    current: BaseException | None = error
    while current is not None and len(lines) < _LONGEST_TRACE:
        lines.append(f"{type(current).__module__}.{type(current).__qualname__}")
        frames = traceback.extract_tb(current.__traceback__)
        lines += [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        current = current.__cause__ or current.__context__
    return lines[:_LONGEST_TRACE]


def spell_trace(logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Write a trace in lines, for a person who reads plain logs."""
    if isinstance(event.get("exception"), list):
        event["exception"] = "\n".join(event["exception"])
    return event


_LONGEST_TRACE = 120
_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    trace_without_values,
]
_RENDERERS: list[Any] = (
    [spell_trace, structlog.dev.ConsoleRenderer(colors=False)]
    if os.environ.get("DIAPHANE_LOG") == "plain"
    else [structlog.processors.JSONRenderer()]
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
            "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_RENDERERS],
            "foreign_pre_chain": _SHARED,
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "structured"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        # Its warnings repeat the address of a page; ours name the view instead.
        "django.request": {"level": "ERROR"},
        "uvicorn": {"handlers": ["console"], "propagate": False},
        "uvicorn.access": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "procrastinate": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
    },
}


class RequestContextMiddleware:
    """Give every log line of one request the same opaque request id; know where the request comes from."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Bind both around the rest of the chain."""
        address = request.META.get("REMOTE_ADDR", "")
        with structlog.contextvars.bound_contextvars(request_id=str(uuid7())), coming_from(address):
            return self.get_response(request)
