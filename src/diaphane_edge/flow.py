"""Share the link between the requests under way: the most urgent first, within the ceiling of the hour."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Sequence

from .ceilings import Ceiling, find_ceiling
from .lanes import Lane
from .metrics import SENT_BYTES

PIECE_BYTES = 32 << 10
LONGEST_PAUSE_SECONDS = 8.0
"""A request that is overtaken sends a piece this often: what stands on the way closes a silent connection."""
MEASURED_SECONDS = 10.0


def minute_of_the_day() -> int:
    """Return the minute of the day by the site's own clock."""
    moment = time.localtime()
    return moment.tm_hour * 60 + moment.tm_min


class Flow:
    """Who may put the next piece on the link. Every method may be called from any thread.

    A ceiling spares the site's other uses of its link: a vital emergency is not held by it.
    """

    def __init__(
        self, ceilings: Sequence[Ceiling] = (), *, minute: Callable[[], int] = minute_of_the_day
    ) -> None:
        self._ceilings, self._minute = ceilings, minute
        self._sending: Counter[Lane] = Counter()
        self._changed = threading.Condition()
        self._free_at = 0.0
        self._left: Counter[int] = Counter()

    def pace(self, pieces: Iterable[bytes], lane: Lane) -> Generator[bytes]:
        """Yield the pieces of a body, each once it may go. Close it, or the lane stays busy after a cut."""
        with self._changed:
            self._sending[lane] += 1
        try:
            for piece in pieces:
                self._let_go(lane, len(piece))
                yield piece
        finally:
            with self._changed:
                self._sending[lane] -= 1
                self._changed.notify_all()

    def measure_speed(self) -> float:
        """Return the bytes a second that have left in the last seconds."""
        with self._changed:
            now = time.monotonic()
            recent = {second: size for second, size in self._left.items() if second >= now - MEASURED_SECONDS}
            return sum(recent.values()) / max(1.0, now - min(recent)) if recent else 0.0

    def _let_go(self, lane: Lane, size: int) -> None:
        patience_ends_at = time.monotonic() + LONGEST_PAUSE_SECONDS
        with self._changed:
            while (seconds := self._seconds_to_wait(lane, patience_ends_at)) > 0:
                self._changed.wait(seconds)
            now = time.monotonic()
            ceiling = find_ceiling(self._ceilings, self._minute())
            if ceiling is not None:
                self._free_at = max(now, self._free_at) + size / ceiling
            self._note(int(now), size)

    def _note(self, second: int, size: int) -> None:
        SENT_BYTES.inc(size)
        self._left[second] += size
        for old in [each for each in self._left if each < second - MEASURED_SECONDS]:
            del self._left[old]

    def _seconds_to_wait(self, lane: Lane, patience_ends_at: float) -> float:
        """Return how long a piece has to wait as things stand now."""
        now = time.monotonic()
        if any(count and other > lane for other, count in self._sending.items()) and now < patience_ends_at:
            return patience_ends_at - now
        is_free = lane is Lane.VITAL or find_ceiling(self._ceilings, self._minute()) is None
        return 0.0 if is_free else self._free_at - now
