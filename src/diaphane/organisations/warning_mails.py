"""Note and send the warnings of what expires: each once, tried again while it fails (R17, R19)."""

from collections.abc import Callable
from datetime import datetime
from smtplib import SMTPException
from typing import TypeVar

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Model

from diaphane.audit.operations import Subject, record
from diaphane.kernel.actors import SYSTEM

from .models import CredentialWarning, PaperWarning

DELAYS = (15, 60)
"""Days before the end at which a person is told, the nearest first."""
W = TypeVar("W", CredentialWarning, PaperWarning)


def choose_delay(left: int) -> list[int]:
    """Return the nearest delay that the days left have reached, alone; none before the first."""
    return [days for days in DELAYS if left <= days][:1]


def note_warning(model: type[W], held: Model, days: int, *, at: datetime) -> bool:
    """Note that what is held ends within so many days, unless it was; tell whether it is new."""
    name = held._meta.model_name or ""
    with transaction.atomic():
        _warning, is_new = model._default_manager.get_or_create(
            **{name: held}, days=days, defaults={"noted_at": at}
        )
        if is_new:
            record(f"{name}.warned", by=SYSTEM, at=at, subject=Subject(name, held.pk), detail={"days": days})
    return is_new


def mail_waiting(model: type[W], compose: Callable[[W], EmailMessage], *, at: datetime) -> int:
    """Send every warning that has not left; one that fails keeps its error and is tried again."""
    waiting = model._default_manager.filter(mailed_at=None).values_list("pk", flat=True)
    return sum(_send(model, pk, compose, at=at) for pk in waiting)


def _send(model: type[W], pk: int, compose: Callable[[W], EmailMessage], *, at: datetime) -> bool:
    """Send one warning that has not left; one that fails, or that nobody would read, keeps why."""
    with transaction.atomic():
        warning = (
            model._default_manager.select_for_update(of=("self",), skip_locked=True)
            .filter(pk=pk, mailed_at=None)
            .first()
        )
        if warning is None:
            return False
        message = compose(warning)
        try:
            warning.mail_error = "" if message.send() else "NoAddress"
        except (OSError, SMTPException) as error:
            warning.mail_error = type(error).__name__
        if not warning.mail_error:
            warning.mailed_at = at
        warning.save(update_fields=["mailed_at", "mail_error"])
        return warning.mailed_at is not None
