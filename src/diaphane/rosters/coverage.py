"""Where the hours of a convention find nobody on duty: the holes of the next thirty days (R10, R14)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

from diaphane.kernel.actors import Actor
from diaphane.kernel.intervals import Interval, subtract
from diaphane.organisations.models import Convention
from diaphane.organisations.queries import list_conventions
from diaphane.organisations.weekly import list_open

from .models import Shift

AHEAD = timedelta(days=30)


@dataclass(frozen=True)
class Coverage:
    """One convention, and when its hours have nobody in the first line."""

    convention: Convention
    holes: list[Interval]

    @property
    def hours(self) -> int:
        """Return how many hours are not covered, rounded up: a hole of ten minutes is not none."""
        seconds = sum((end - start).total_seconds() for start, end in self.holes)
        return -int(-seconds // 3600)


def check_coverage(actor: Actor, *, at: datetime) -> list[Coverage]:
    """Check the conventions of the actor's structure, on either side of them, that run in the next days."""
    today, last = timezone.localdate(at), timezone.localdate(at + AHEAD)
    found = [
        each
        for each in list_conventions(actor)
        if each.is_signed
        and Convention.Reader.IMAGEUR in each.readers
        and each.valid_from <= last
        and each.last_day >= today
    ]
    return [Coverage(each, list_holes(each, since=at, until=at + AHEAD)) for each in found]


def list_holes(convention: Convention, *, since: datetime, until: datetime) -> list[Interval]:
    """List when a convention is open and its reading structure has nobody on duty in the first line."""
    first = max(since, _midnight(convention.valid_from))
    last = min(until, _midnight(convention.last_day + timedelta(days=1)))
    zone = convention.requesting_site.holiday_zone
    opened = list_open(convention.spans.all(), zone=zone, since=first, until=last)
    on_duty = (
        Shift.objects.standing()
        .filter(~Q(kind=Shift.Kind.SECOND_LINE), structure_id=convention.reading_structure_id)
        .filter(ends_at__gt=since, starts_at__lt=until)
    )
    return subtract(opened, on_duty.values_list("starts_at", "ends_at"))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time())).astimezone(UTC)
