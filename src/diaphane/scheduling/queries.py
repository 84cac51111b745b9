"""Read the rooms' slots."""

from datetime import datetime, timedelta

from diaphane.acts.models import Act
from diaphane.organisations.models import Room

from .models import Appointment


def get_appointment(act: Act) -> Appointment | None:
    """Return the act's slot."""
    return Appointment.objects.filter(act=act, cancelled_at=None).select_related("room").first()


def find_next_slot(room: Room, *, minutes: int, after: datetime) -> datetime:
    """Return the first start, from ``after`` on, at which the room is free for that long."""
    start = after
    booked = Appointment.objects.filter(room=room, cancelled_at=None, ends_at__gt=after).order_by("starts_at")
    for each in booked:
        if each.starts_at >= start + timedelta(minutes=minutes):
            break
        start = max(start, each.ends_at)
    return start
