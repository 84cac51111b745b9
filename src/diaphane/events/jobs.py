"""Jobs that deliver events, with retries; the queue is PostgreSQL itself."""

import structlog
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from diaphane.kernel.clock import now

from .operations import deliver, note_failure

_LOG = structlog.get_logger(__name__)
_RETRIES = 12


@app.task(
    name="events.deliver",
    retry=RetryStrategy(max_attempts=_RETRIES, exponential_wait=2),
    pass_context=True,
)
def deliver_event(context: JobContext, *, delivery_id: int) -> None:
    """Deliver one event; a failure is noted for the queue page, then retried."""
    try:
        deliver(delivery_id, at=now())
    except Exception as error:
        is_last = context.job.attempts >= _RETRIES  # the first run has made no attempt before
        note_failure(delivery_id, error=type(error).__name__, is_last=is_last)
        _LOG.exception("event_delivery_failed", delivery_id=delivery_id, is_last=is_last)
        raise
