"""Start a child again when it dies, as an init system does: sooner or later, but not for ever."""

import time
from dataclasses import dataclass, field

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
SOUND_SECONDS = 60.0
"""A child that has lived so long was well: what it dies of then is something else."""
MOST_IN_A_ROW = 8


@dataclass
class Restarts:
    """How a child is started again, and how often it died in a row."""

    command: tuple[str, ...]
    _deaths: int = 0
    _noted: int | None = None
    _due_at: float = 0.0
    _started_at: float = field(default_factory=time.monotonic)

    def note(self, pid: int) -> float | None:
        """Note a death, and return how long to wait before the next start; None when it is hopeless."""
        now = time.monotonic()
        self._deaths = 1 if now - self._started_at >= SOUND_SECONDS else self._deaths + 1
        if self._deaths > MOST_IN_A_ROW:
            return None
        seconds = min(FIRST_PAUSE_SECONDS * 2.0 ** (self._deaths - 1), LONGEST_PAUSE_SECONDS)
        self._noted, self._due_at = pid, now + seconds
        self._started_at = self._due_at
        return seconds

    def is_noted(self, pid: int) -> bool:
        """Tell whether the death of a process was noted already."""
        return self._noted == pid

    @property
    def is_due(self) -> bool:
        """Tell whether it is time to start again."""
        return time.monotonic() >= self._due_at
