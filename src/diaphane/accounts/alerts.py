"""Tell the owner of an account what was done with it: a mail without any health data, and the way to act."""

from datetime import datetime
from enum import StrEnum
from smtplib import SMTPException
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from diaphane.kernel.errors import DiaphaneError

from .models import User


class Alert(StrEnum):
    """What is told."""

    NEW_DEVICE = "new_device"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    APPLICATION_ADDED = "application_added"
    APPLICATION_REMOVED = "application_removed"
    CODES_RENEWED = "codes_renewed"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - what happened to it


_SUBJECTS = {
    Alert.NEW_DEVICE: gettext_lazy("Diaphane: a login from a new device"),
    Alert.PASSKEY_ADDED: gettext_lazy("Diaphane: a passkey was added"),
    Alert.PASSKEY_REMOVED: gettext_lazy("Diaphane: a passkey was removed"),
    Alert.APPLICATION_ADDED: gettext_lazy("Diaphane: an authenticator application was set up"),
    Alert.APPLICATION_REMOVED: gettext_lazy("Diaphane: the authenticator application was removed"),
    Alert.CODES_RENEWED: gettext_lazy("Diaphane: new recovery codes"),
    Alert.PASSWORD_CHANGED: gettext_lazy("Diaphane: your password was changed"),
}
_WHAT = {
    Alert.NEW_DEVICE: gettext_lazy("Your account was opened from a device that had never opened it."),
    Alert.PASSKEY_ADDED: gettext_lazy("A passkey was added to your account: it opens it and signs."),
    Alert.PASSKEY_REMOVED: gettext_lazy("A passkey was removed from your account: it opens it no more."),
    Alert.APPLICATION_ADDED: gettext_lazy("An authenticator application was set up for your account."),
    Alert.APPLICATION_REMOVED: gettext_lazy("The authenticator application of your account was removed."),
    Alert.CODES_RENEWED: gettext_lazy(
        "New recovery codes were made; the earlier ones open nothing any more."
    ),
    Alert.PASSWORD_CHANGED: gettext_lazy("The password of your account was changed."),
}


class AlertFailedError(DiaphaneError):
    """The mail server refused or was away: the mail is tried again."""


def mail_alert(*, alert: Alert, user_id: UUID, happened_at: datetime, device: str, address: str) -> None:
    """Send one alert to the owner of an account.

    Raises:
        AlertFailedError: the mail server refused or was away.
    """
    message = _compose(alert, User.objects.get(pk=user_id), happened_at, device, address)
    try:
        message.send()
    except (OSError, SMTPException) as error:
        raise AlertFailedError(type(error).__name__) from error


def _compose(alert: Alert, user: User, at: datetime, device: str, address: str) -> EmailMessage:
    with override("fr"):
        body = _(
            "Hello,\n\n%(what)s\n\n%(device)s, on %(when)s, from the address %(address)s.\n\n"
            "If it was you, there is nothing to do. If it was not: see what is open, log it out, "
            "and tell your structure.\n\n%(link)s\n\n"
            "This message was sent by a machine; nobody reads the answers."
        ) % {
            "what": _WHAT[alert],
            "device": device,
            "when": f"{localtime(at):%d/%m/%Y %H:%M}",
            "address": address or "?",
            "link": f"{settings.BASE_URL}{reverse('connections')}",
        }
        return EmailMessage(str(_SUBJECTS[alert]), body, to=[user.email])
