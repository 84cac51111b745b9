"""Say when a convention is open: its hours of the week, its public holidays, its next opening (R26)."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from .holidays_of import is_holiday
from .models import Convention, ConventionSpan, Day

_FAR_ENOUGH = 15
"""Days looked through for the next opening: two weeks, holidays among them."""


def is_open_at(convention: Convention, at: datetime) -> bool:
    """Say whether an instant falls in the hours of a convention; one without hours is always open."""
    spans = list(convention.spans.all())
    if not spans:
        return True
    local = timezone.localtime(at)
    clock, today = local.time(), local.date()
    if any(
        each.opens <= clock and (clock < each.closes or _ends_next_day(each))
        for each in _spans_of(convention, spans, today)
    ):
        return True
    yesterday = today - timedelta(days=1)
    return any(
        _ends_next_day(each) and clock < each.closes for each in _spans_of(convention, spans, yesterday)
    )


def find_next_opening(convention: Convention, at: datetime) -> datetime | None:
    """Return the next instant at which it opens, while it is in force."""
    spans, local = list(convention.spans.all()), timezone.localtime(at)
    for ahead in range(_FAR_ENOUGH):
        day = local.date() + timedelta(days=ahead)
        starts = sorted(
            datetime.combine(day, each.opens, tzinfo=local.tzinfo)
            for each in _spans_of(convention, spans, day)
        )
        for start in starts:
            if start > local and convention.is_in_force(day):
                return start
    return None


def _ends_next_day(span: ConventionSpan) -> bool:
    return span.closes <= span.opens


def _spans_of(convention: Convention, spans: list[ConventionSpan], day: date) -> list[ConventionSpan]:
    """Return the spans that begin on a day: on a public holiday, those of holidays and no others."""
    is_off = is_holiday(day, zone=convention.requesting_site.holiday_zone)
    key = Day.HOLIDAY if is_off else Day(day.weekday())
    return [each for each in spans if each.day == key]
