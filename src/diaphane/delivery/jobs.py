"""The mails, with retries; what fails stays visible on its dispatch or its alert."""

from contextlib import suppress
from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from diaphane.kernel.clock import now

from .emergency_mail import prepare_emergency_mails, send_emergency_mail
from .gateway_mail import mail_gateway_alert
from .operations import AnnouncementFailedError, announce
from .reminding import list_due_notices, send_notice


@app.task(
    name="delivery.announce",
    retry=RetryStrategy(max_attempts=12, exponential_wait=3, retry_exceptions={AnnouncementFailedError}),
)
def announce_dispatch(*, dispatch_id: str) -> None:
    """Send one announcement."""
    announce(dispatch_id=UUID(dispatch_id), at=now())


@app.task(
    name="delivery.mail_gateway_alert",
    retry=RetryStrategy(max_attempts=12, exponential_wait=3, retry_exceptions={AnnouncementFailedError}),
)
def mail_alert(*, alert_id: str) -> None:
    """Mail one alert about a gateway."""
    mail_gateway_alert(alert_id=UUID(alert_id), at=now())


@app.task(
    name="delivery.mail_emergency",
    retry=RetryStrategy(max_attempts=12, exponential_wait=3, retry_exceptions={AnnouncementFailedError}),
)
def mail_emergency(*, mail_id: str) -> None:
    """Send one mail about an access in an emergency."""
    send_emergency_mail(mail_id=UUID(mail_id), at=now())


def tell_of_emergency(access_id: UUID) -> None:
    """Have those concerned by an access told; a second call defers what has not left."""
    for mail_id in prepare_emergency_mails(access_id=access_id, at=now()):
        mail_emergency.defer(mail_id=str(mail_id))


@app.task(
    name="delivery.send_notice",
    retry=RetryStrategy(max_attempts=12, exponential_wait=3, retry_exceptions={AnnouncementFailedError}),
)
def send_appointment_notice(*, notice_id: str) -> None:
    """Send one notice about an appointment."""
    send_notice(notice_id=UUID(notice_id), at=now())


@app.periodic(cron="*/10 * * * *")
@app.task(name="delivery.remind", queueing_lock="delivery.remind", pass_context=False)
def remind(timestamp: int) -> None:
    """Send each reminder that is due; one that fails waits for the next turn, and keeps no other back."""
    at = now()
    for notice_id in list_due_notices(at=at):
        with suppress(AnnouncementFailedError):
            send_notice(notice_id=notice_id, at=at)


def tell_of_slot(notice_ids: list[UUID]) -> None:
    """Have notices sent now, each by its own job."""
    for notice_id in notice_ids:
        send_appointment_notice.defer(notice_id=str(notice_id))
