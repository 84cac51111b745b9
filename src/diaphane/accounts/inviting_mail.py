"""The mail of an invitation: who invites, a link, and nothing that opens by itself (R39, R49)."""

import secrets
from datetime import datetime
from smtplib import SMTPException
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import override

from .mailing import MailFailedError
from .models import Invitation
from .operations import digest_of


def mail_invitation(*, invitation_id: UUID, at: datetime) -> None:
    """Draw the key of an invitation and send it, once; nothing where it left already, or where it is over.

    The key exists in this call and in the mail alone.

    Raises:
        MailFailedError: the mail server refused or was away; kept on the invitation.
    """
    waiting = Invitation.objects.filter(mailed_at=None, used_at=None, revoked_at=None, expires_at__gt=at)
    found = waiting.filter(pk=invitation_id).select_related("user").first()
    if found is None:
        return
    key, row = secrets.token_urlsafe(32), Invitation.objects.filter(pk=invitation_id)
    row.update(key_digest=digest_of(key))
    try:
        _compose(found, key).send()
    except (OSError, SMTPException) as error:
        row.update(mail_error=type(error).__name__)
        raise MailFailedError(type(error).__name__) from error
    row.update(mailed_at=at, mail_error="")


def _compose(found: Invitation, key: str) -> EmailMessage:
    """Write the mail; the key stands after « # », which a browser keeps to itself."""
    with override("fr"):
        subject = _("Your account in Diaphane")
        body = _(
            "Hello,\n\n%(who)s has opened you an account in Diaphane, and says you a code aloud: in front of "
            "you or by telephone.\n\nChoose your password here, until %(until)s; the code will be asked:\n\n"
            "%(address)s\n\nIf you expected nothing, do not answer and delete this message: without the "
            "code, nobody comes in.\n\nThis message was sent by a machine; nobody reads the answers."
        ) % {
            "who": found.invited_by_label,
            "until": f"{localtime(found.expires_at):%d/%m/%Y %H:%M}",
            "address": f"{settings.BASE_URL}{reverse('invitation')}#{key}",
        }
    return EmailMessage(subject, body, to=[found.user.email])
