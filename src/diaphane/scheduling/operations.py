"""Book a slot, or give it back."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from diaphane.acts.models import Act
from diaphane.acts.operations import note
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError
from diaphane.organisations.models import Room

from .models import Appointment

_EXCLUSION = "no_double_booking"
_ONE_PER_ACT = "one_appointment_per_act"
_SHORTEST = timedelta(minutes=1)


class SlotTakenError(ConflictError):
    """Someone has booked this room meanwhile."""


def book_slot(
    *, act: Act, room: Room, starts_at: datetime, minutes: int, by: Actor, at: datetime
) -> Appointment:
    """Book a room for an act, in place of its earlier slot if it had one.

    Raises:
        SlotTakenError: the room is not free then.
        ConflictError: two people plan this act at once.
    """
    try:
        with transaction.atomic():
            Appointment.objects.filter(act=act, cancelled_at=None).update(cancelled_at=at)
            booked = Appointment.objects.create(
                act=act, room=room, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=minutes)
            )
            note(act, "slot.booked", subject_type="appointment", subject_id=booked.pk, by=by, at=at)
    except IntegrityError as error:
        if _names(error, _EXCLUSION):
            raise SlotTakenError(
                _("This room is no longer free at that time: choose another slot.")
            ) from error
        if _names(error, _ONE_PER_ACT):
            raise ConflictError(_("The exam was planned meanwhile: here is its slot.")) from error
        raise
    return booked


def end_slot(*, act: Act, at: datetime) -> None:
    """Free the room from now on: what was booked of it after the exam is over serves others."""
    for booked in Appointment.objects.filter(act=act, cancelled_at=None, ends_at__gt=at):
        booked.ends_at = max(at, booked.starts_at + _SHORTEST)
        booked.save(update_fields=["ends_at"])


def cancel_slot(*, act: Act, by: Actor, at: datetime) -> None:
    """Give an act's slot back."""
    with transaction.atomic():
        for booked in Appointment.objects.filter(act=act, cancelled_at=None):
            booked.cancelled_at = at
            booked.save(update_fields=["cancelled_at"])
            note(act, "slot.cancelled", subject_type="appointment", subject_id=booked.pk, by=by, at=at)


def _names(error: IntegrityError, constraint: str) -> bool:
    """Say whether the database refused because of this constraint."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) == constraint
