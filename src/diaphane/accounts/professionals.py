"""Write down who a professional is: one person, one RPPS, one account (R18, R46)."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from diaphane.audit.operations import Subject, record
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError, GuardError, Missing, NotAllowedError
from diaphane.kernel.rights import may

from .models import Professional, User, validate_rpps

_TAKEN = _(
    "This RPPS number has an account already. A person has one account, in all their structures and roles: "
    "give that account its role here; if the number is not theirs, check it with them."
)


def register_professional(*, user: User, rpps: str, speciality: str, by: Actor, at: datetime) -> Professional:
    """Say which professional an account is.

    Raises:
        NotAllowedError: neither an administrator nor the platform itself.
        GuardError: the number is not an RPPS.
        ConflictError: another account has this number, or this account another number.
    """
    if not may(by, "professional.register"):
        raise NotAllowedError(_("Only an administrator says which professional an account is."))
    number = rpps.replace(" ", "")
    try:
        validate_rpps(number)
    except ValidationError as wrong:
        message = wrong.messages[0]
        raise GuardError(message, [Missing("R18", message, _("You"), field="rpps")]) from wrong
    try:
        with transaction.atomic():
            held = Professional.objects.create(user=user, rpps=number, speciality=speciality)
            _note("professional.registered", user.pk, by, at)
    except IntegrityError as twice:
        _note("professional.refused", user.pk, by, at)
        raise ConflictError(_say_which(user, number)) from twice
    return held


def _say_which(user: User, number: str) -> Promise:
    if Professional.objects.filter(user=user).exclude(rpps=number).exists():
        return _("This account is already that of a professional with another RPPS number.")
    return _TAKEN


def _note(action: str, user_id: UUID, by: Actor, at: datetime) -> None:
    record(action, by=by, at=at, subject=Subject("account", user_id))
