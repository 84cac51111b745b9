"""Make the roster of a structure; say that one is saturated (R10, R135)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from diaphane.audit.operations import Subject, record
from diaphane.events.operations import record_event
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.errors import ConflictError, GuardError, Missing, NotAllowedError, Text
from diaphane.kernel.identifiers import is_phone_number
from diaphane.kernel.rights import may
from diaphane.organisations.models import Membership
from diaphane.organisations.queries import get_ground

from .models import Shift

LONGEST = timedelta(hours=96)
"""A week-end on call, a public holiday beside it; more is a typing error."""
_EXCLUSION = "no_two_shifts_at_once"


@dataclass(frozen=True)
class ShiftTerms:
    """What an administrator writes of a shift."""

    user_id: UUID
    kind: str
    starts_at: datetime
    ends_at: datetime
    phone: str
    languages: Sequence[str] = (Shift.Language.FRENCH,)


def add_shift(*, terms: ShiftTerms, by: Actor, at: datetime) -> Shift:
    """Put an imageur of the actor's structure on duty.

    Raises:
        NotAllowedError: no administrator of a structure.
        GuardError: who is no imageur there, hours that cannot be, a telephone that cannot be dialled.
        ConflictError: the person is on duty then already, here or elsewhere.
    """
    structure_id = _check_may(by)
    _check_terms(terms, structure_id, at)
    try:
        with transaction.atomic():
            shift = Shift.objects.create(
                user_id=terms.user_id,
                structure_id=structure_id,
                kind=terms.kind,
                starts_at=terms.starts_at,
                ends_at=terms.ends_at,
                phone=terms.phone,
                languages=list(terms.languages),
                made_by_label=by.label,
            )
            _trace("shift.added", shift, by, at)
    except IntegrityError as error:
        if getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) != _EXCLUSION:
            raise
        raise ConflictError(
            _("This person is on duty at that time already, here or for another structure.")
        ) from error
    return shift


def cancel_shift(*, shift_id: UUID, by: Actor, at: datetime) -> None:
    """Take a shift that is not over off the roster.

    Raises:
        NotAllowedError: no administrator of a structure.
        Shift.DoesNotExist: another structure's.
        ConflictError: it is over, or cancelled already.
    """
    structure_id = _check_may(by)
    with transaction.atomic():
        shift = Shift.objects.select_for_update(of=("self",)).get(pk=shift_id, structure_id=structure_id)
        if shift.cancelled_at is not None or shift.ends_at <= at:
            raise ConflictError(_("This shift is over, or cancelled already."))
        shift.cancelled_at = at
        shift.save(update_fields=["cancelled_at"])
        _trace("shift.cancelled", shift, by, at)


def say_saturated(*, is_saturated: bool, by: Actor, at: datetime) -> Shift:
    """Say that one cannot take more, so that the second line is called first; or that one can again (R135).

    Raises:
        NotAllowedError: the actor is no imageur.
        ConflictError: the actor is not on duty now.
    """
    if not may(by, "shift.saturate"):
        raise NotAllowedError(_("Only a radiologist on duty says so."))
    with transaction.atomic():
        held = Shift.objects.select_for_update(of=("self",)).standing()
        shift = held.filter(
            user_id=by.id, structure_id=get_ground(by), starts_at__lte=at, ends_at__gt=at
        ).first()
        if shift is None:
            raise ConflictError(_("You are not on duty now."))
        if (shift.saturated_at is not None) != is_saturated:
            shift.saturated_at = at if is_saturated else None
            shift.save(update_fields=["saturated_at"])
            _trace("shift.saturated" if is_saturated else "shift.relieved", shift, by, at)
    return shift


def _trace(kind: str, shift: Shift, by: Actor, at: datetime) -> None:
    record(kind, by=by, at=at, subject=Subject("shift", shift.pk))
    record_event(kind=kind, subject_type="shift", subject_id=shift.pk, act_id=None, at=at)


def _check_may(by: Actor) -> UUID:
    if not may(by, "roster.change") or by.structure_id is None:
        raise NotAllowedError(_("Only an administrator of the structure makes its roster."))
    return by.structure_id


def _check_terms(terms: ShiftTerms, structure_id: UUID, at: datetime) -> None:
    works_here = Membership.objects.filter(
        user_id=terms.user_id, structure_id=structure_id, role=Role.IMAGEUR.value, user__is_active=True
    ).unended()
    is_long = terms.ends_at - terms.starts_at > LONGEST
    gaps: tuple[tuple[Text, str, bool], ...] = (
        (_("A radiologist of this structure"), "person", works_here.exists()),
        (_("On site, on call, or second line"), "kind", terms.kind in Shift.Kind.values),
        (_("An end after the start, and not past"), "ends_at", terms.ends_at > max(terms.starts_at, at)),
        (_("Four days at most"), "ends_at", not is_long),
        (_("A telephone number that can be dialled"), "phone", is_phone_number(terms.phone)),
        (
            _("Languages of the list"),
            "languages",
            bool(terms.languages) and set(terms.languages) <= set(Shift.Language.values),
        ),
    )
    if missing := [Missing("R10", what, _("You"), field=field) for what, field, holds in gaps if not holds]:
        raise GuardError(_("This shift cannot be written."), missing)
