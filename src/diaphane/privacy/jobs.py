"""What is done behind: copies prepared, and erased when their days are over; each night, retention (R37)."""

from uuid import UUID

import structlog
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from diaphane.kernel.clock import now

from .applying import run_retention
from .exporting import end_exports, make_export, tell_failure

_LOG = structlog.get_logger(__name__)


@app.task(name="privacy.prepare_export", retry=RetryStrategy(max_attempts=6, exponential_wait=5))
def prepare_export(*, export_id: str) -> None:
    """Prepare one copy; a failure shows on it, and is tried again."""
    try:
        make_export(export_id=UUID(export_id), at=now())
    except Exception:
        tell_failure(export_id=UUID(export_id))
        _LOG.exception("data_export_failed", export=export_id)
        raise


@app.periodic(cron="20 * * * *")
@app.task(name="privacy.end_exports", queueing_lock="privacy.end_exports")
def erase_exports(timestamp: int) -> None:
    """Erase the files whose seven days are over."""
    end_exports(at=now())


@app.periodic(cron="30 2 * * *")
@app.task(name="privacy.retention", queueing_lock="privacy.retention")
def apply_retention(timestamp: int) -> None:
    """Propose what is past its time, erase what was decided, let go what leaves by itself."""
    run_retention(at=now())
