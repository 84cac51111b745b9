"""Keys that mails carry, whatever they open: drawn and sent once; unknown ones are traced (R39)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from smtplib import SMTPException
from typing import Any
from uuid import UUID

from django.core.mail import EmailMessage
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from diaphane.audit.operations import Subject, record
from diaphane.audit.queries import count_entries
from diaphane.kernel.actors import SYSTEM

from .operations import TooManyTriesError, digest_of, make_token

MOST_UNKNOWN = 20
UNKNOWN_WITHIN = timedelta(minutes=5)
_NOBODY = UUID(int=0)


class MailFailedError(Exception):
    """The mail server refused or was away: the job tries again."""


def send_key(row: QuerySet[Any], compose: Callable[[str], EmailMessage], *, at: datetime) -> None:
    """Draw the key of a row and mail it; the key exists in this call and in the mail alone.

    A mail that failed takes its key along: the next try draws another.

    Raises:
        MailFailedError: the mail server refused or was away; kept on the row.
    """
    key = make_token()
    row.update(key_digest=digest_of(key))
    try:
        compose(key).send()
    except (OSError, SMTPException) as error:
        row.update(mail_error=type(error).__name__)
        raise MailFailedError(type(error).__name__) from error
    row.update(mailed_at=at, mail_error="")


def trace_unknown_key(action: str, subject_type: str, *, at: datetime) -> TooManyTriesError | None:
    """Trace a key that nobody was given; of a flood, return the refusal: it must not fill the trail."""
    if count_entries(action, subject_id=_NOBODY, since=at - UNKNOWN_WITHIN) >= MOST_UNKNOWN:
        return TooManyTriesError(_("Too many tries. Wait a few minutes, then try again."))
    record(action, by=SYSTEM, at=at, subject=Subject(subject_type, _NOBODY), detail={"reason": "unknown"})
    return None
