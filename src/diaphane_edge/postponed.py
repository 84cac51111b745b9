"""Objects that the platform cannot take for now: each waits by itself, and holds nobody else up."""

import threading
import time
from collections.abc import Iterable

from .backoff import pause_after
from .journal import Entry


class Postponed:
    """What waits before it is sent again, longer each time. Every method may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tries: dict[int, int] = {}
        self._waiting: dict[int, tuple[float, Entry]] = {}

    def add(self, entries: Iterable[Entry]) -> None:
        """Let objects wait."""
        with self._lock:
            for entry in entries:
                self._tries[entry.id] = self._tries.get(entry.id, 0) + 1
                due_at = time.monotonic() + pause_after(self._tries[entry.id])
                self._waiting[entry.id] = (due_at, entry)

    def forget(self, entries: Iterable[Entry]) -> None:
        """Forget the tries of objects that are settled."""
        with self._lock:
            for entry in entries:
                self._tries.pop(entry.id, None)

    def take_due(self) -> list[Entry]:
        """Return the objects that have waited long enough."""
        with self._lock:
            now = time.monotonic()
            due = [entry for due_at, entry in self._waiting.values() if due_at <= now]
            for entry in due:
                del self._waiting[entry.id]
        return due

    def leave_out(self, entries: Iterable[Entry]) -> list[Entry]:
        """Return those that do not wait here."""
        with self._lock:
            return [entry for entry in entries if entry.id not in self._waiting]
