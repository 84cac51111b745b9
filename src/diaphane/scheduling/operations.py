"""Book a slot, or give it back."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from diaphane.acts.models import Act
from diaphane.acts.operations import note
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError
from diaphane.organisations.models import Room

from .free_slots import takes_then
from .models import Appointment
from .waiting import leave_waiting_list, propose_freed

_EXCLUSION = "no_double_booking"
_ONE_PER_ACT = "one_appointment_per_act"
_SHORTEST = timedelta(minutes=1)
PRESSING = frozenset({Act.Urgency.VITAL, Act.Urgency.URGENT})
"""Urgencies that do not wait for the hours at which a room takes appointments."""


class SlotTakenError(ConflictError):
    """Someone has booked this room meanwhile, or it is closed then."""


def book_slot(
    *, act: Act, room: Room, starts_at: datetime, minutes: int, by: Actor, at: datetime
) -> Appointment:
    """Book a room for an act, in place of its earlier slot if it had one, which others may then take.

    Raises:
        SlotTakenError: the room is not free then, or closed.
        ConflictError: two people plan this act at once.
    """
    ends_at = starts_at + timedelta(minutes=minutes)
    try:
        with transaction.atomic():
            # Who closes a room waits for who books it, and the other way round.
            held = Room.objects.select_for_update(of=("self",)).select_related("structure").get(pk=room.pk)
            if not takes_then(held, (starts_at, ends_at), heeds_hours=act.urgency not in PRESSING):
                raise SlotTakenError(_("This room takes nobody at that time: choose another slot."))
            earlier = _give_back(act, at)
            booked = Appointment.objects.create(
                act=act, room=held, starts_at=starts_at, ends_at=ends_at, frees_at=_free_after(held, ends_at)
            )
            note(act, "slot.booked", subject_type="appointment", subject_id=booked.pk, by=by, at=at)
            leave_waiting_list(act=act, by=by, at=at)
            for each in earlier:
                propose_freed(each, by=by, at=at)
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
    found = Appointment.objects.filter(act=act, cancelled_at=None, ends_at__gt=at).select_related("room")
    for booked in found:
        booked.ends_at = max(at, booked.starts_at + _SHORTEST)
        booked.frees_at = min(booked.frees_at, _free_after(booked.room, booked.ends_at))
        booked.save(update_fields=["ends_at", "frees_at"])


def cancel_slot(*, act: Act, by: Actor, at: datetime) -> None:
    """Give an act's slot back, and propose it to the first who waits for one."""
    with transaction.atomic():
        leave_waiting_list(act=act, by=by, at=at)
        for booked in _give_back(act, at):
            note(act, "slot.cancelled", subject_type="appointment", subject_id=booked.pk, by=by, at=at)
            propose_freed(booked, by=by, at=at)


def miss_slot(*, act: Act, by: Actor, at: datetime) -> None:
    """Record that the patient did not come: the rest of the slot serves others."""
    with transaction.atomic():
        for booked in _give_back(act, at):
            booked.missed_at = at
            booked.save(update_fields=["missed_at"])
            note(act, "slot.missed", subject_type="appointment", subject_id=booked.pk, by=by, at=at)


def _give_back(act: Act, at: datetime) -> list[Appointment]:
    booked = list(Appointment.objects.filter(act=act, cancelled_at=None).select_related("room"))
    for each in booked:
        each.cancelled_at = at
        each.save(update_fields=["cancelled_at"])
    return booked


def _free_after(room: Room, ends_at: datetime) -> datetime:
    return ends_at + timedelta(minutes=room.buffer_minutes)


def _names(error: IntegrityError, constraint: str) -> bool:
    """Say whether the database refused because of this constraint."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) == constraint
