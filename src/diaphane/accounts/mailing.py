"""The mail that carries a patient's link: no name, no site, no health data (R49)."""

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
from .models import SignInLink


def mail_sign_in_link(*, link_id: UUID, at: datetime) -> None:
    """Draw the key of a link and send it, once; nothing where it left already, or where it is over.

    Raises:
        MailFailedError: the mail server refused or was away; kept on the link.
    """
    waiting = SignInLink.objects.filter(mailed_at=None, used_at=None, expires_at__gt=at)
    link = waiting.filter(pk=link_id, sheet__revoked_at=None).select_related("sheet").first()
    if link is None:
        return
    send_key(SignInLink.objects.filter(pk=link_id), partial(_compose, link), at=at)


def _compose(link: SignInLink, key: str) -> EmailMessage:
    """Write the mail; the key stands after « # », which a browser keeps to itself."""
    with override("fr"):
        subject = _("Your link to come into Diaphane")
        body = _(
            "Hello,\n\nHere is the link to come into your space. It serves once, until %(until)s.\n\n"
            "%(address)s\n\nYou will be asked for the code of the sheet that you were given on paper. Nobody "
            "will ever ask you for this code by telephone or by mail.\n\nIf you asked for nothing, do not "
            "answer and delete this message: without the sheet, nobody comes in.\n\n"
            "This message was sent by a machine; nobody reads the answers."
        ) % {
            "until": f"{localtime(link.expires_at):%d/%m/%Y %H:%M}",
            "address": f"{settings.BASE_URL}{reverse('entrance:enter')}#{key}",
        }
    return EmailMessage(subject, body, to=[link.sheet.email])
