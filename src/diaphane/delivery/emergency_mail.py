"""Tell the patient and their site by mail that an exam was opened in an emergency: no health data (R42)."""

from datetime import datetime
from smtplib import SMTPException
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from diaphane.accounts.queries import find_account_of_patient
from diaphane.acts.models import EmergencyAccess
from diaphane.kernel.actors import Role
from diaphane.organisations.queries import list_addresses

from .emergency_models import EmergencyMail
from .operations import AnnouncementFailedError

_Recipient = EmergencyMail.Recipient


def prepare_emergency_mails(*, access_id: UUID, at: datetime) -> list[UUID]:
    """Write whom one access is told to, once, and return the mails that have not left.

    The site is told through its data protection officer, or its administrators where it has none.
    """
    access = EmergencyAccess.objects.select_related("act").get(pk=access_id)
    account = find_account_of_patient(access.act.patient_id)
    site_id = access.act.requesting_site_id
    site = list_addresses(site_id, Role.DPO) or list_addresses(site_id, Role.ADMINISTRATOR)
    told = [(_Recipient.SITE, email) for email in site]
    if account is not None and account.email:
        told.append((_Recipient.PATIENT, account.email))
    with transaction.atomic():
        EmergencyMail.objects.bulk_create(
            [EmergencyMail(access=access, recipient=who, email=email, created_at=at) for who, email in told],
            ignore_conflicts=True,
        )
    waiting = EmergencyMail.objects.filter(access=access, mailed_at=None)
    return list(waiting.values_list("pk", flat=True))


def send_emergency_mail(*, mail_id: UUID, at: datetime) -> None:
    """Send one mail, once.

    Raises:
        AnnouncementFailedError: the mail server refused or was away; kept on the mail.
    """
    mail = EmergencyMail.objects.get(pk=mail_id)
    if mail.mailed_at is not None:
        return
    row = EmergencyMail.objects.filter(pk=mail_id)
    try:
        _compose(mail).send()
    except (OSError, SMTPException) as error:
        row.update(error=type(error).__name__)
        raise AnnouncementFailedError(type(error).__name__) from error
    row.update(mailed_at=at, error="")


def _compose(mail: EmergencyMail) -> EmailMessage:
    """Write the mail: no name, no exam, no reason; only that there is something to read, and where."""
    with override("fr"):
        subject = _("An access in an emergency, to look at on Diaphane")
        words = {
            _Recipient.PATIENT: _(
                "Hello,\n\nIn an emergency, a professional outside your care team has opened a record of "
                "yours on Diaphane. They had to say why. Another person checks it. Log in to read who "
                "and why:"
            ),
            _Recipient.SITE: _(
                "Hello,\n\nA professional has opened an exam of your site in an emergency, outside its care "
                "team. The access waits for its review:"
            ),
        }
        end = _("This message was sent by a machine; nobody reads the answers.")
        body = f"{words[_Recipient(mail.recipient)]}\n\n{settings.BASE_URL}\n\n{end}"
    return EmailMessage(subject, body, to=[mail.email])
