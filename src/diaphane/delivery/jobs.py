"""The announcements, with retries; what fails stays visible on its dispatch."""

from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from diaphane.kernel.clock import now

from .operations import AnnouncementFailedError, announce


@app.task(
    name="delivery.announce",
    retry=RetryStrategy(max_attempts=12, exponential_wait=3, retry_exceptions={AnnouncementFailedError}),
)
def announce_dispatch(*, dispatch_id: str) -> None:
    """Send one announcement."""
    announce(dispatch_id=UUID(dispatch_id), at=now())
