"""One run of retention: what it would do, and what it does; for the command, the job and the page (R37)."""

from dataclasses import dataclass
from datetime import datetime

import structlog
from django.utils.timezone import localdate

from diaphane.audit.keys import NoKeyError
from diaphane.audit.trimming import Overdue, find_overdue, trim_trail

from .deciding import lapse_erasures, propose_erasures
from .erasing import erase_decided
from .retention import Due, iter_due
from .sweeping import SWEEPS, Sweep, list_held_patients, sweep

_LOG = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Leaving:
    """What goes by itself: the days of the trail, and each kind of rows with how many are past their time."""

    trail: Overdue
    sweeps: list[tuple[Sweep, int]]

    @property
    def total(self) -> int:
        """Return how many lines and rows that makes."""
        return self.trail.entries + sum(count for _sweep, count in self.sweeps)


@dataclass(frozen=True)
class Plan:
    """All that is past its time on a day: nothing is touched by saying so."""

    records: list[Due]
    leaving: Leaving


@dataclass(frozen=True)
class Run:
    """What one run did: numbers alone."""

    lapsed: int
    proposed: int
    erased: int
    trimmed: int
    swept: dict[str, int]


def plan_retention(*, at: datetime) -> Plan:
    """Say what a run would find at an instant."""
    return Plan(list(iter_due(on=localdate(at))), plan_leaving(at=at))


def plan_leaving(*, at: datetime) -> Leaving:
    """Say what would go by itself at an instant."""
    trail = find_overdue(at=at, held=list_held_patients(at))
    return Leaving(trail, [(each, each.count(at)) for each in SWEEPS])


def run_retention(*, at: datetime) -> Run:
    """Take back, propose, erase, let go: each in transactions of its own, so that a cut run goes on later."""
    lapsed = lapse_erasures(at=at)
    proposed = propose_erasures(at=at)
    erased = erase_decided(at=at)
    trimmed = 0
    try:
        trimmed = trim_trail(at=at, held=list_held_patients(at))
    except NoKeyError:
        _LOG.error("audit_key_missing")
    return Run(lapsed, proposed, erased, trimmed, sweep(at=at))
