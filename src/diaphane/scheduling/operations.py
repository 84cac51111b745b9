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


class SlotTakenError(ConflictError):
    """Someone has booked this room meanwhile."""


def book_slot(
    *, act: Act, room: Room, starts_at: datetime, minutes: int, by: Actor, at: datetime
) -> Appointment:
    """Book a room for an act, in place of its earlier slot if it had one.

    Raises:
        SlotTakenError: the room is not free then.
    """
    try:
        with transaction.atomic():
            Appointment.objects.filter(act=act, cancelled_at=None).update(cancelled_at=at)
            booked = Appointment.objects.create(
                act=act, room=room, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=minutes)
            )
            note(act, "slot.booked", subject_type="appointment", subject_id=booked.pk, by=by, at=at)
    except IntegrityError as error:
        raise SlotTakenError(_("This room is no longer free at that time: choose another slot.")) from error
    return booked


def cancel_slot(*, act: Act, by: Actor, at: datetime) -> None:
    """Give an act's slot back."""
    for booked in Appointment.objects.filter(act=act, cancelled_at=None):
        booked.cancelled_at = at
        booked.save(update_fields=["cancelled_at"])
        note(act, "slot.cancelled", subject_type="appointment", subject_id=booked.pk, by=by, at=at)
