"""Read how much of the site's link the images may take, by hour of the day."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

LEAST_MEGABITS, MOST_MEGABITS = 0.1, 100_000.0
MINUTES_A_DAY = 24 * 60
HOUR = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|(24):(00)", re.ASCII)


@dataclass(frozen=True)
class Ceiling:
    """So many megabits a second from one minute of the day until another, over midnight where it is later."""

    start: int
    end: int
    megabits: float

    def holds_at(self, minute: int) -> bool:
        """Tell whether the ceiling holds at a minute of the day."""
        if self.start < self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end


def find_ceiling(ceilings: Sequence[Ceiling], minute: int) -> float | None:
    """Return the bytes a second that may leave at a minute of the day, or None where nothing is asked."""
    held = next((each for each in ceilings if each.holds_at(minute)), None)
    return held.megabits * 1e6 / 8 if held else None


def read_ceilings(value: object) -> tuple[Ceiling, ...]:
    """Read ``[{"from": "08:00", "until": "18:30", "megabits": 5}, …]``. Raises ValueError, in one line."""
    if not isinstance(value, list):
        raise ValueError("bandwidth must be a list of periods")
    ceilings = tuple(_read_ceiling(each) for each in value)
    for minute in range(MINUTES_A_DAY):
        if sum(each.holds_at(minute) for each in ceilings) > 1:
            raise ValueError(f"two periods of bandwidth hold at {minute // 60:02d}:{minute % 60:02d}")
    return ceilings


def _read_ceiling(value: object) -> Ceiling:
    if not isinstance(value, dict) or set(value) != {"from", "until", "megabits"}:
        raise ValueError("a period of bandwidth has exactly from, until and megabits")
    start, end = _read_minute(value["from"]), _read_minute(value["until"]) % MINUTES_A_DAY
    if value["from"] == value["until"]:
        raise ValueError(f"a period of bandwidth from {value['from']} until {value['until']} is empty")
    megabits = value["megabits"]
    if isinstance(megabits, bool) or not isinstance(megabits, int | float):
        raise ValueError(f"{megabits!r} is not a number of megabits a second")
    if not LEAST_MEGABITS <= megabits <= MOST_MEGABITS:
        raise ValueError(f"{megabits} Mbit/s is not between {LEAST_MEGABITS:g} and {MOST_MEGABITS:g}")
    return Ceiling(start, end, float(megabits))


def _read_minute(value: object) -> int:
    found = HOUR.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise ValueError(f"{value!r} is not an hour of the day, such as 08:30")
    hours, minutes = (int(part) for part in found.groups() if part)
    return hours * 60 + minutes
