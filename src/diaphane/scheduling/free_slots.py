"""When a room can take an exam: its hours, its closures, what is booked and the time to clean it (R73)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from diaphane.kernel.intervals import Interval, subtract
from diaphane.organisations.models import Room
from diaphane.organisations.weekly import list_open

from .models import Appointment

STEP_MINUTES = 5
LOOKED_THROUGH = timedelta(days=92)


def list_free_slots(
    room: Room, *, minutes: int, after: datetime, number: int, heeds_hours: bool = True
) -> list[datetime]:
    """List the first starts at which the room is free for that long, from an instant on.

    Starts fall on a multiple of five minutes: 10:40, not 10:37:12. Without ``heeds_hours`` the room also
    serves when it takes no appointment: an emergency does not wait for the morning, yet for a repair it does.
    """
    starts = _iterate_starts(room, minutes, after, heeds_hours=heeds_hours)
    return [start for start, _rank in zip(starts, range(number), strict=False)]


def find_free_slot(room: Room, *, minutes: int, after: datetime, heeds_hours: bool = True) -> datetime | None:
    """Return the first of them; None when the room is closed or full for the next three months."""
    return next(_iterate_starts(room, minutes, after, heeds_hours=heeds_hours), None)


def takes_then(room: Room, during: Interval, *, heeds_hours: bool) -> bool:
    """Say whether a room is open during the whole of an exam, whatever is booked in it."""
    return not subtract([during], list_served(room, during, heeds_hours=heeds_hours))


def list_served(room: Room, window: Interval, *, heeds_hours: bool) -> list[Interval]:
    """List when a room takes exams within a window: its hours less its closures."""
    since, until = window
    zone = room.structure.holiday_zone
    hours = list_open(room.hours.all(), zone=zone, since=since, until=until) if heeds_hours else [window]
    closed = room.closures.filter(lifted_at=None, ends_at__gt=since, starts_at__lt=until)
    return subtract(hours, closed.values_list("starts_at", "ends_at"))


def round_up(instant: datetime) -> datetime:
    """Return the next multiple of five minutes, or the instant itself when it is one."""
    past = timedelta(
        minutes=instant.minute % STEP_MINUTES, seconds=instant.second, microseconds=instant.microsecond
    )
    return instant - past + timedelta(minutes=STEP_MINUTES) if past else instant


def _iterate_starts(room: Room, minutes: int, after: datetime, *, heeds_hours: bool) -> Iterator[datetime]:
    length, cleaned = timedelta(minutes=minutes), timedelta(minutes=room.buffer_minutes)
    start = round_up(after)
    served = list_served(room, (start, start + LOOKED_THROUGH), heeds_hours=heeds_hours)
    booked = Appointment.objects.filter(room=room, cancelled_at=None, frees_at__gt=start)
    taken = [(begin - cleaned, end) for begin, end in booked.values_list("starts_at", "frees_at")]
    for begin, end in subtract(served, taken):
        free = round_up(begin)
        while free + length <= end:
            yield free
            free = round_up(free + length + cleaned)
