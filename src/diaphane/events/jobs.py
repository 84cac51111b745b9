"""Jobs that deliver events, with retries; the queue is PostgreSQL itself."""

import structlog
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from diaphane.kernel.clock import now

from .operations import deliver, note_failure

STALLED_AFTER_SECONDS = 60
_LOG = structlog.get_logger(__name__)
_RETRIES = 12


@app.task(
    name="events.deliver",
    retry=RetryStrategy(max_attempts=_RETRIES, exponential_wait=2),
    pass_context=True,
)
def deliver_event(context: JobContext, *, delivery_id: int) -> None:
    """Deliver one event; a failure is noted on its delivery, then retried."""
    try:
        deliver(delivery_id, at=now())
    except Exception as error:
        is_last = context.job.attempts >= _RETRIES  # the first run has made no attempt before
        note_failure(delivery_id, error=type(error).__name__, is_last=is_last)
        _LOG.exception("event_delivery_failed", delivery_id=delivery_id, is_last=is_last)
        raise


@app.periodic(cron="* * * * *")
@app.task(name="events.retry_stalled", queueing_lock="events.retry_stalled", pass_context=True)
async def retry_stalled_jobs(context: JobContext, timestamp: int) -> None:
    """Give back to the queue whatever a worker held when it died: at least once means this too."""
    jobs = context.app.job_manager
    for job in await jobs.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_SECONDS):
        _LOG.warning("job_stalled", job_id=job.id, task=job.task_name)
        await jobs.retry_job(job)
