"""What is done behind: copies of a person's data prepared, and erased when their days are over."""

from uuid import UUID

import structlog
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from diaphane.kernel.clock import now

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
