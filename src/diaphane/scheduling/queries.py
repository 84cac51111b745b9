"""Read the rooms' slots."""

from datetime import datetime

from django.db.models import QuerySet

from diaphane.acts.models import Act
from diaphane.organisations.models import Room

from .models import Appointment, RoomClosure


def get_appointment(act: Act) -> Appointment | None:
    """Return the act's slot."""
    return Appointment.objects.filter(act=act, cancelled_at=None).select_related("room").first()


def list_missed(act: Act) -> QuerySet[Appointment]:
    """List the slots to which the patient did not come, the last first."""
    found = Appointment.objects.filter(act=act, missed_at__isnull=False)
    return found.select_related("room").order_by("-starts_at")


def list_closures(room: Room, *, since: datetime) -> QuerySet[RoomClosure]:
    """List the closures of a room that are not over."""
    return room.closures.filter(lifted_at=None, ends_at__gt=since).order_by("starts_at")


def list_booked(room: Room, *, since: datetime, until: datetime) -> QuerySet[Appointment]:
    """List the slots of a room between two instants."""
    return Appointment.objects.filter(room=room, cancelled_at=None, ends_at__gt=since, starts_at__lt=until)


def count_booked(room: Room, *, since: datetime) -> int:
    """Count the slots of a room that are to come."""
    return Appointment.objects.filter(room=room, cancelled_at=None, starts_at__gte=since).count()
