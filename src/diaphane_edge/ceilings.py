"""Read how much of the site's link the images may take, by hour of the day."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .settings import Section

LEAST_MEGABITS, MOST_MEGABITS = 0.1, 100_000.0
MINUTES_A_DAY = 24 * 60
RATE = "mégabits par seconde"
HOURS = 'une heure de 00:00 à 24:00, par exemple "08:30"'
EXAMPLE = '[{"from": "08:00", "until": "18:30", "megabits": 5}]'
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


def read_ceilings(top: Section) -> tuple[Ceiling, ...]:
    """Read ``[{"from": "08:00", "until": "18:30", "megabits": 5}, …]``. Raises ConfigError, in one line."""
    ceilings = tuple(_read_ceiling(each) for each in top.sections("bandwidth", write=EXAMPLE))
    for minute in range(MINUTES_A_DAY):
        if sum(each.holds_at(minute) for each in ceilings) > 1:
            what = f"a deux périodes à {minute // 60:02d}:{minute % 60:02d}"
            raise top.wrong("bandwidth", what, "des périodes qui ne se recouvrent pas")
    return ceilings


def _read_ceiling(period: Section) -> Ceiling:
    start, end = _read_minute(period, "from"), _read_minute(period, "until") % MINUTES_A_DAY
    if period.text("from", write=HOURS) == period.text("until", write=HOURS):
        raise period.wrong("until", "est aussi le début : la période est vide", "une autre heure")
    if not period.has("megabits"):
        raise period.missing("megabits", "un nombre de mégabits par seconde, par exemple 5")
    megabits = period.number("megabits", unit=RATE, least=LEAST_MEGABITS, most=MOST_MEGABITS, default=0)
    period.refuse_others()
    return Ceiling(start, end, megabits)


def _read_minute(period: Section, key: str) -> int:
    found = HOUR.fullmatch(period.text(key, write=HOURS))
    if not found:
        raise period.wrong(key, "n’est pas une heure", HOURS)
    hours, minutes = (int(part) for part in found.groups() if part)
    return hours * 60 + minutes
