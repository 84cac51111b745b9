"""The mails of links, with retries; what fails stays visible on its link."""

from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from diaphane.delivery.operations import AnnouncementFailedError
from diaphane.kernel.clock import now

from .mailing import mail_link, mail_lock

_AGAIN = RetryStrategy(max_attempts=12, exponential_wait=3, retry_exceptions={AnnouncementFailedError})


@app.task(name="sharing.mail_link", retry=_AGAIN)
def mail_link_soon(*, link_id: str) -> None:
    """Mail one link."""
    mail_link(link_id=UUID(link_id), at=now())


@app.task(name="sharing.mail_lock", retry=_AGAIN)
def mail_lock_soon(*, link_id: str) -> None:
    """Tell the sender of one link that it is locked."""
    mail_lock(link_id=UUID(link_id))
