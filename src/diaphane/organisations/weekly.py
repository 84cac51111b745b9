"""Hours written once for every week, laid on the days: past midnight, and on public holidays (R26, R73)."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol

from django.utils import timezone

from diaphane.kernel.intervals import Interval, merge, subtract

from .holidays_of import is_holiday
from .models import Day


class WeeklySpan(Protocol):
    """Hours of one day of the week, or of public holidays; closing before opening ends the next day."""

    @property
    def day(self) -> int:
        """The day, as ``Day`` numbers it."""

    @property
    def opens(self) -> time:
        """The first minute."""

    @property
    def closes(self) -> time:
        """The first minute after."""


def list_open(spans: Iterable[WeeklySpan], *, zone: str, since: datetime, until: datetime) -> list[Interval]:
    """List when it is open between two instants; without any span, all the time."""
    written = list(spans)
    if not written:
        return [(since, until)] if since < until else []
    first, last = timezone.localdate(since) - timedelta(days=1), timezone.localdate(until)
    days = (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
    laid = merge(_lay(span, day) for day in days for span in written if span.day == _key(day, zone))
    return subtract([(since, until)], subtract([(since, until)], laid))


def _key(day: date, zone: str) -> Day:
    return Day.HOLIDAY if is_holiday(day, zone=zone) else Day(day.weekday())


def _lay(span: WeeklySpan, day: date) -> Interval:
    ends_on = day + timedelta(days=1) if span.closes <= span.opens else day
    return _at(day, span.opens), _at(ends_on, span.closes)


def _at(day: date, clock: time) -> datetime:
    """Return an instant in UTC: in local time, Python does not see the hour that comes twice."""
    return timezone.make_aware(datetime.combine(day, clock)).astimezone(UTC)
