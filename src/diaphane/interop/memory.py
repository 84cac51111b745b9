"""What this process has just asked about rights: kept a short while, forgotten as soon as any right changes.

PostgreSQL tells every process of a change of session, token, membership or grant (``diaphane_rights``).
While the process does not hear it, nothing is remembered.
"""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from time import monotonic
from typing import Generic, TypeVar

T = TypeVar("T")
CHANNEL = "diaphane_rights"
LONGEST = 30.0
"""Seconds after which everything is asked again, heard or not."""


class Memory(Generic[T]):
    """Remember the last answers, so many at most."""

    _all: list["Memory[object]"] = []
    is_listening = False

    def __init__(self, *, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, tuple[float, T]] = OrderedDict()
        self._generation = 0
        self._lock = threading.Lock()
        Memory._all.append(self)  # type: ignore[arg-type]

    @property
    def generation(self) -> int:
        """Return what to give back to ``keep``: an answer asked before a change is not kept after it."""
        return self._generation

    def find(self, key: Hashable) -> T | None:
        """Return what was kept under a key, unless it is too old."""
        until, value = self._kept.get(key, (0.0, None))
        return value if monotonic() < until and Memory.is_listening else None

    def keep(self, key: Hashable, value: T, *, asked_at: int) -> None:
        """Keep an answer, unless something has changed since it was asked."""
        with self._lock:
            if asked_at != self._generation or not Memory.is_listening:
                return
            self._kept[key] = (monotonic() + LONGEST, value)
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def forget(self) -> None:
        """Forget everything."""
        with self._lock:
            self._generation += 1
            self._kept.clear()

    @classmethod
    def listen(cls, *, is_listening: bool) -> None:
        """Note whether changes are heard; what was kept meanwhile is forgotten."""
        cls.is_listening = is_listening
        cls.forget_everything()

    @classmethod
    def forget_everything(cls) -> None:
        """Forget every answer of every kind."""
        for memory in cls._all:
            memory.forget()
