"""Hours of a day as people write them: « 8:00-12:00, 18:00-8:00 », the last one until the next day."""

import re
from collections.abc import Sequence
from datetime import time

from diaphane.organisations.contracting import Span
from diaphane.organisations.models import Day
from diaphane.organisations.weekly import WeeklySpan

_SPAN = re.compile(r"\s*(\d{1,2})[:hH](\d{2})?\s*[-–àa]\s*(\d{1,2})[:hH](\d{2})?\s*")


def read_hours(text: str, *, day: int) -> list[Span]:
    """Return the spans of one day; an empty text is none.

    Raises:
        ValueError: not hours.
    """
    return [_read_span(part, day) for part in re.split(r"[,;]", text) if part.strip()]


def _read_span(text: str, day: int) -> Span:
    found = _SPAN.fullmatch(text)
    if found is None:
        raise ValueError("not hours")
    opens_at, opens_past, closes_at, closes_past = (int(each or 0) for each in found.groups())
    return Span(day, time(opens_at % 24, opens_past), time(closes_at % 24, closes_past))


def write_hours(spans: Sequence[WeeklySpan]) -> list[tuple[str, str]]:
    """Return each day that has hours, in words, with its hours."""
    days = sorted({each.day for each in spans})
    return [
        (str(Day(day).label), ", ".join(_write(each) for each in spans if each.day == day)) for day in days
    ]


def _write(span: WeeklySpan) -> str:
    return f"{span.opens:%H:%M} – {span.closes:%H:%M}"
