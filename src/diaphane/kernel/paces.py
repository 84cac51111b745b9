"""How often one caller may ask of each kind of thing: so much at once, then so much a second, without end.

What is spent comes back by itself, so nobody is shut out: who goes too fast waits some seconds. Each process
counts for itself, in memory: with N of them a caller may go N times as fast (docs/runbooks/limits.md).
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from math import ceil
from time import monotonic

import structlog
from django.utils.translation import ngettext

from .errors import DiaphaneError

_LOG = structlog.get_logger(__name__)
TOLD_EVERY = 60.0
"""Seconds between two lines of the log on the same caller."""


class TooOftenError(DiaphaneError):
    """The caller goes too fast; ``retry_after`` says in how many seconds to ask again (RFC 9110 §10.2.3)."""

    status_code = 429

    def __init__(self, wait: float) -> None:
        self.retry_after = max(1, ceil(wait))
        super().__init__(
            ngettext(
                "Too many requests at once. Wait %(count)d second, then try again; nothing was done.",
                "Too many requests at once. Wait %(count)d seconds, then try again; nothing was done.",
                self.retry_after,
            )
            % {"count": self.retry_after}
        )


@dataclass(frozen=True)
class Pace:
    """What one caller may ask: ``at_once`` in a burst, ``per_second`` in the long run."""

    name: str
    per_second: float
    at_once: int


IMAGES = Pace("images", per_second=1000, at_once=30_000)
"""A viewer reads by six connections as fast as it can, a gateway sends a whole exam."""
SEARCHES = Pace("searches", per_second=20, at_once=400)
MACHINES = Pace("machines", per_second=50, at_once=2000)
PAGES = Pace("pages", per_second=30, at_once=1000)
VISITORS = Pace("visitors", per_second=30, at_once=1000)
"""Of a whole address, which a hospital may share; a browser that is known counts for itself."""
HEAVY = Pace("heavy", per_second=0.5, at_once=40)
"""What makes long work: copies, exports, mails to others."""
MAILED_LINKS = Pace("mailed_links", per_second=0.1, at_once=60)


class Counter:
    """Keep, for each caller, until when what it asked is spent (the generic cell rate algorithm)."""

    def __init__(self, *, most: int = 20_000, clock: Callable[[], float] = monotonic) -> None:
        self._most, self._clock = most, clock
        self._spent_until: OrderedDict[Hashable, float] = OrderedDict()
        self._told_at: dict[Hashable, float] = {}
        self._lock = threading.Lock()

    def take(self, pace: Pace, who: Hashable) -> None:
        """Count one request.

        Raises:
            TooOftenError: the caller must wait; what is refused is not counted.
        """
        key, instant = (pace.name, who), self._clock()
        with self._lock:
            start = max(self._spent_until.get(key, 0.0), instant)
            wait = start + 1 / pace.per_second - instant - pace.at_once / pace.per_second
            if wait <= 0:
                self._spent_until[key] = start + 1 / pace.per_second
                self._spent_until.move_to_end(key)
                if len(self._spent_until) > self._most:
                    self._told_at.pop(self._spent_until.popitem(last=False)[0], None)
                return
        self._tell(key, pace, who, instant)
        raise TooOftenError(wait)

    def forget(self) -> None:
        """Forget everybody."""
        self._spent_until.clear()
        self._told_at.clear()

    def _tell(self, key: Hashable, pace: Pace, who: Hashable, instant: float) -> None:
        if instant - self._told_at.get(key, float("-inf")) >= TOLD_EVERY:
            self._told_at[key] = instant
            _LOG.warning("asked_too_often", pace=pace.name, caller=str(who))


COUNTER = Counter()
keep_pace = COUNTER.take
