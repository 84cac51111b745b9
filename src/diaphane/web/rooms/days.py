"""The next days of a room: when it is open, how much is booked, and what is booked while it is closed."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from diaphane.kernel.intervals import Interval
from diaphane.organisations.models import Room
from diaphane.scheduling.free_slots import list_served
from diaphane.scheduling.queries import list_booked

_SHOWN = 14


@dataclass(frozen=True)
class RoomDay:
    """One day: when the room is open, how many exams are booked, how many of them while it is closed."""

    day: date
    hours: list[Interval]
    booked: int
    to_move: int
    is_whole: bool

    @property
    def spans(self) -> list[Interval]:
        """Return the hours to write; none for a whole day, which is said in words."""
        return [] if self.is_whole else self.hours


def list_days(room: Room, *, at: datetime) -> list[RoomDay]:
    """List the next fourteen days, today first."""
    today = timezone.localdate(at)
    return [_day(room, today + timedelta(days=ahead)) for ahead in range(_SHOWN)]


def _day(room: Room, day: date) -> RoomDay:
    since = timezone.make_aware(datetime.combine(day, time()))
    until = timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))
    hours = list_served(room, (since, until), heeds_hours=True)
    open_ = list_served(room, (since, until), heeds_hours=False)
    booked = [each for each in list_booked(room, since=since, until=until) if each.starts_at >= since]
    closed = [each for each in booked if not any(a <= each.starts_at and each.ends_at <= b for a, b in open_)]
    return RoomDay(day, hours, len(booked), len(closed), is_whole=hours == [(since, until)])
