"""Mails to an account's owner, and of patients' links, with retries; what is over, thrown out each night."""

from datetime import datetime
from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from diaphane.kernel.clock import now

from .alerts import Alert, AlertFailedError, mail_alert
from .connections import forget_ended_connections
from .inviting_mail import mail_invitation
from .mailed_keys import MailFailedError
from .mailing import mail_sign_in_link
from .tries import forget_old_tries


@app.task(
    name="accounts.mail_alert",
    retry=RetryStrategy(max_attempts=12, exponential_wait=3, retry_exceptions={AlertFailedError}),
)
def mail_alert_soon(*, alert: str, user_id: str, happened_at: str, device: str, address: str) -> None:
    """Send one alert."""
    mail_alert(
        alert=Alert(alert),
        user_id=UUID(user_id),
        happened_at=datetime.fromisoformat(happened_at),
        device=device,
        address=address,
    )


@app.task(
    name="accounts.mail_sign_in_link",
    retry=RetryStrategy(max_attempts=12, exponential_wait=3, retry_exceptions={MailFailedError}),
)
def mail_sign_in_link_soon(*, link_id: str) -> None:
    """Mail a patient's link."""
    mail_sign_in_link(link_id=UUID(link_id), at=now())


@app.task(
    name="accounts.mail_invitation",
    retry=RetryStrategy(max_attempts=12, exponential_wait=3, retry_exceptions={MailFailedError}),
)
def mail_invitation_soon(*, invitation_id: str) -> None:
    """Mail the invitation of a professional."""
    mail_invitation(invitation_id=UUID(invitation_id), at=now())


@app.periodic(cron="40 3 * * *")
@app.task(name="accounts.forget_tries", queueing_lock="accounts.forget_tries", pass_context=False)
def forget_tries(timestamp: int) -> None:
    """Throw out the counts, and the lines of sessions, that are over."""
    forget_old_tries(at=now())
    forget_ended_connections(at=now())
