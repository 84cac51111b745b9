"""Try again later and later, and not all at once: a platform that comes back meets every gateway."""

import random
import threading
import time

FIRST_PAUSE_SECONDS = 0.25
LONGEST_PAUSE_SECONDS = 15.0


def pause_after(failures: int) -> float:
    """Return the seconds to wait after so many failures in a row: doubled each time, spread by half."""
    longest: float = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** min(failures - 1, 16))
    return longest * random.uniform(0.5, 1.0)  # noqa: S311


class Backoff:
    """How long to leave a peer alone. Every method may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failures = 0
        self._failed_at = 0.0
        self._until = 0.0

    @property
    def is_failing(self) -> bool:
        """Tell whether the last try failed."""
        return self._failures > 0

    @property
    def seconds_left(self) -> float:
        """How long to wait before the next try."""
        return max(0.0, self._until - time.monotonic())

    def fail(self, *, started_at: float) -> None:
        """Note a try that failed; those that one cut ends together count once."""
        with self._lock:
            if started_at < self._failed_at:
                return
            self._failures += 1
            self._failed_at = time.monotonic()
            self._until = self._failed_at + pause_after(self._failures)

    def succeed(self) -> None:
        """Note a try that went well."""
        with self._lock:
            self._failures, self._until = 0, 0.0
