"""Mail the site's lead technologist that its gateway needs them: nothing of a patient is in it (R49)."""

from datetime import datetime, timedelta
from smtplib import SMTPException
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import override

from diaphane.imaging.models import GatewayAlert

from .operations import AnnouncementFailedError

ONE_MAIL_IN = timedelta(hours=1)
"""A gateway that comes and goes fills no mailbox."""


def mail_gateway_alert(*, alert_id: UUID, at: datetime) -> None:
    """Send the mail of one alert, once; nothing where the site gave no address, or when it is over.

    Raises:
        AnnouncementFailedError: the mail server refused or was away; kept on the alert.
    """
    alert = GatewayAlert.objects.select_related("gateway__site").get(pk=alert_id)
    address = alert.gateway.site.lead_technologist_email
    is_over = alert not in GatewayAlert.objects.pending()
    if not address or alert.mailed_at is not None or is_over or _was_mailed_lately(alert, at):
        return
    row = GatewayAlert.objects.filter(pk=alert_id)
    try:
        _compose(alert, address).send()
    except (OSError, SMTPException) as error:
        row.update(mail_error=type(error).__name__)
        raise AnnouncementFailedError(type(error).__name__) from error
    row.update(mailed_at=at, mail_error="")


def list_to_mail(site_id: UUID) -> list[UUID]:
    """List the pending alerts of a site whose mail has not left."""
    waiting = GatewayAlert.objects.pending().filter(gateway__site_id=site_id, mailed_at=None)
    return list(waiting.values_list("pk", flat=True))


def _was_mailed_lately(alert: GatewayAlert, at: datetime) -> bool:
    same = GatewayAlert.objects.filter(gateway=alert.gateway, kind=alert.kind)
    return same.filter(mailed_at__gt=at - ONE_MAIL_IN).exists()


def _compose(alert: GatewayAlert, address: str) -> EmailMessage:
    with override("fr"):
        subject = _("Diaphane: the imaging gateway of your site needs you")
        body = _(
            "Hello,\n\nGateway %(gateway)s, %(site)s.\n%(what)s, since %(since)s.\n\n"
            "Nothing that it received is lost. The page of the site says what to do:\n\n%(address)s\n\n"
            "This message was sent by a machine; nobody reads the answers."
        ) % {
            "gateway": alert.gateway.ae_title,
            "site": alert.gateway.site.name,
            "what": alert.get_kind_display(),
            "since": f"{localtime(alert.since):%d/%m/%Y %H:%M}",
            "address": settings.BASE_URL,
        }
    return EmailMessage(subject, body, to=[address])
