"""The two mails of a link: the one that carries it, the one that says it was locked. No health data (R49)."""

from datetime import datetime
from smtplib import SMTPException
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import override

from diaphane.accounts.queries import get_account
from diaphane.acts.operations import note
from diaphane.delivery.operations import AnnouncementFailedError
from diaphane.kernel.actors import SYSTEM

from .keys import digest_of, make_key
from .models import SharedLink


def mail_link(*, link_id: UUID, at: datetime) -> None:
    """Draw the key of a link and send it, once; nothing where it left already, or where it is over.

    The key exists in this call and in the mail alone. A mail that failed takes its key along: the next try
    draws another.

    Raises:
        AnnouncementFailedError: the mail server refused or was away; kept on the link.
    """
    link = SharedLink.objects.open_at(at).filter(pk=link_id, mailed_at=None).select_related("act").first()
    if link is None:
        return
    key, row = make_key(), SharedLink.objects.filter(pk=link_id)
    row.update(key_digest=digest_of(key))
    try:
        _compose_link(link, key).send()
    except (OSError, SMTPException) as error:
        row.update(mail_error=type(error).__name__)
        raise AnnouncementFailedError(type(error).__name__) from error
    with transaction.atomic():
        row.update(mailed_at=at, mail_error="")
        note(link.act, "link.mailed", subject_type="link", subject_id=link.pk, by=SYSTEM, at=at)


def mail_lock(*, link_id: UUID) -> None:
    """Tell the sender of a link that it was locked.

    Raises:
        AnnouncementFailedError: the mail server refused or was away.
    """
    link = SharedLink.objects.get(pk=link_id)
    try:
        _compose_lock(get_account(link.sender_id).email).send()
    except (OSError, SMTPException) as error:
        raise AnnouncementFailedError(type(error).__name__) from error


def _compose_link(link: SharedLink, key: str) -> EmailMessage:
    """Write the mail: who shows something and until when; not whose, not what, not why.

    The key stands after « # »: a browser keeps that part to itself, so that no server's log holds it.
    """
    with override("fr"):
        subject = _("A colleague shows you an exam on Diaphane")
        body = _(
            "Hello,\n\n%(sender)s shows you an exam, until %(until)s. For the safety of all, this message "
            "says no more.\n\n%(address)s\n\n"
            "You will be asked for a code of eight characters: your colleague gives it to you by telephone, "
            "never by mail.\n\nIf you expected nothing, do not answer and delete this message.\n\n"
            "This message was sent by a machine; nobody reads the answers."
        ) % {
            "sender": link.sender_label,
            "until": f"{localtime(link.expires_at):%d/%m/%Y %H:%M}",
            "address": f"{settings.BASE_URL}{reverse('outside:enter')}#{key}",
        }
    return EmailMessage(subject, body, to=[link.recipient_email])


def _compose_lock(email: str) -> EmailMessage:
    with override("fr"):
        subject = _("Diaphane: a link that you sent is locked")
        body = _(
            "Hello,\n\nA link by which you show an exam was tried with five wrong codes: it opens to nobody "
            "any more. Ask the colleague whether it was them; log in to revoke it and to send another.\n\n"
            "%(address)s\n\nThis message was sent by a machine; nobody reads the answers."
        ) % {"address": settings.BASE_URL}
    return EmailMessage(subject, body, to=[email])
