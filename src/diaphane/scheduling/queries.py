"""Read the rooms' slots."""

from datetime import datetime, timedelta

from diaphane.acts.models import Act
from diaphane.organisations.models import Room

from .models import Appointment

STEP_MINUTES = 5


def get_appointment(act: Act) -> Appointment | None:
    """Return the act's slot."""
    return Appointment.objects.filter(act=act, cancelled_at=None).select_related("room").first()


def find_next_slot(room: Room, *, minutes: int, after: datetime) -> datetime:
    """Return the first start, from ``after`` on, at which the room is free for that long.

    Starts fall on a multiple of five minutes: 10:40, not 10:37:12.
    """
    start = round_up(after)
    booked = Appointment.objects.filter(room=room, cancelled_at=None, ends_at__gt=start).order_by("starts_at")
    for each in booked:
        if each.starts_at >= start + timedelta(minutes=minutes):
            break
        start = round_up(max(start, each.ends_at))
    return start


def round_up(instant: datetime) -> datetime:
    """Return the next multiple of five minutes, or the instant itself when it is one."""
    past = timedelta(
        minutes=instant.minute % STEP_MINUTES, seconds=instant.second, microseconds=instant.microsecond
    )
    return instant - past + timedelta(minutes=STEP_MINUTES) if past else instant
