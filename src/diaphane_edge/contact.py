"""Remember how the platform answers: whether the link carries anything, and what goes wrong with what."""

import threading
import time
from dataclasses import dataclass
from enum import StrEnum

from .logs import log


class Trouble(StrEnum):
    """What may go wrong with the platform, however often it is tried again."""

    SILENT = "silent"
    """Nothing answers: a cut link, or a platform that is stopped."""
    STRANGER = "stranger"
    """It answers that it does not know this gateway."""
    FAILING = "failing"
    """It answers that it cannot, or something that means nothing."""


class Purpose(StrEnum):
    """Why the platform is called, what matters most first."""

    IMAGES = "images"
    STEPS = "steps"
    WORKLIST = "worklist"
    COMMITMENTS = "commitments"
    PRIORS = "priors"
    STATUS = "status"
    CREDENTIALS = "credentials"


@dataclass(frozen=True)
class Link:
    """Whether something answers at the other end, and since when; None before the first try."""

    is_up: bool | None = None
    since: float | None = None


@dataclass(frozen=True)
class Problem:
    """What goes wrong now, for which purpose, and since when; `detail` is for whoever repairs it."""

    purpose: Purpose
    trouble: Trouble
    detail: str
    since: float


class Contact:
    """The contact with the platform. Every method may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._link = Link()
        self._problems: dict[Purpose, Problem] = {}

    @property
    def link(self) -> Link:
        """Whether the link is up or down, and since when."""
        with self._lock:
            return self._link

    @property
    def problem(self) -> Problem | None:
        """What goes wrong now, for what matters most; None when all is well."""
        with self._lock:
            return next((self._problems[each] for each in Purpose if each in self._problems), None)

    def is_failing(self, purpose: Purpose) -> bool:
        """Tell whether the last exchange for a purpose failed."""
        with self._lock:
            return purpose in self._problems

    def succeed(self, purpose: Purpose) -> None:
        """Note an exchange that went well."""
        with self._lock:
            self._see_link(is_up=True)
            was_failing = self._problems.pop(purpose, None)
        if was_failing:
            log.info("platform_back", purpose=purpose)

    def fail(self, purpose: Purpose, trouble: Trouble, detail: str) -> None:
        """Note an exchange that failed; the same failure again is no news."""
        with self._lock:
            self._see_link(is_up=trouble is not Trouble.SILENT)
            known = self._problems.get(purpose)
            is_news = known is None or (known.trouble, known.detail) != (trouble, detail)
            if is_news:
                self._problems[purpose] = Problem(purpose, trouble, detail, time.time())
        if is_news:
            log.warning("platform_failed", purpose=purpose, trouble=trouble, detail=detail)

    def _see_link(self, *, is_up: bool) -> None:
        if self._link.is_up is not is_up:
            self._link = Link(is_up, time.time())
