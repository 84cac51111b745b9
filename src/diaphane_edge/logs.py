"""Write structured events on the standard output: constant names and identifiers, never patient data."""

import logging
import sys
from contextlib import suppress

import structlog

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()


class _Lines(structlog.WriteLogger):
    """Lines that are lost when nothing takes them: a full disk of logs must not stop an exam."""

    def msg(self, message: str) -> None:
        with suppress(OSError):
            super().msg(message)

    log = debug = info = warn = warning = fatal = failure = err = error = critical = exception = msg


def set_up_logs() -> None:
    """Send events as JSON lines, and keep the libraries quiet: their messages may hold patient data."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=lambda *_: _Lines(sys.stdout),
    )
    for name in ("pynetdicom", "pydicom", "httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
