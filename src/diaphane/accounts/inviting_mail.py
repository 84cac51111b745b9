"""The mail of an invitation: who invites, a link, and nothing that opens by itself (R39, R49)."""

from datetime import datetime
from functools import partial
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import override

from .mailed_keys import send_key
from .models import Invitation


def mail_invitation(*, invitation_id: UUID, at: datetime) -> None:
    """Draw the key of an invitation and send it, once; nothing where it left already, or where it is over.

    Raises:
        MailFailedError: the mail server refused or was away; kept on the invitation.
    """
    waiting = Invitation.objects.filter(mailed_at=None, used_at=None, revoked_at=None, expires_at__gt=at)
    found = waiting.filter(pk=invitation_id).select_related("user").first()
    if found is None:
        return
    send_key(Invitation.objects.filter(pk=invitation_id), partial(_compose, found), at=at)


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
