"""When a site's gateway needs a person: its lead technologist is mailed, the imageurs who wait are told."""

from diaphane.acquisition.queries import list_awaited
from diaphane.delivery.gateway_mail import list_to_mail
from diaphane.delivery.jobs import mail_alert
from diaphane.events.models import Event
from diaphane.events.operations import record_event


def mail_lead_technologist(event: Event) -> None:
    """Have the alerts of a site mailed; the job does nothing twice."""
    for alert_id in list_to_mail(event.subject_id):
        mail_alert.defer(alert_id=str(alert_id))


def tell_who_waits_for_images(event: Event) -> None:
    """Tell each act whose images or steps may be late, or come again, that something about them changed."""
    for exam in list_awaited(event.subject_id):
        record_event(
            kind="images.delay_changed",
            subject_type="act",
            subject_id=exam.act_id,
            act_id=exam.act_id,
            at=event.occurred_at,
        )
