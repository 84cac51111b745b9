"""Count what waits beside images: steps to send (MPPS), those refused, storage commitments to answer."""

import time
from dataclasses import dataclass, replace

from .commitments import Commitments
from .steps import Steps


@dataclass(frozen=True)
class Backlog:
    """What waits, and for how long; `studies` are those whose steps the platform does not have."""

    steps_waiting: int = 0
    steps_refused: int = 0
    commitments_waiting: int = 0
    steps_oldest_seconds: int = 0
    commitments_oldest_seconds: int = 0
    studies: tuple[str, ...] = ()

    @classmethod
    def of(cls, steps: Steps, commitments: Commitments) -> "Backlog":
        """Count it."""
        waiting, refused = steps.count()
        return cls(
            waiting,
            refused,
            commitments.count(),
            _seconds_since(steps.find_oldest()),
            _seconds_since(commitments.find_oldest()),
            tuple(steps.list_studies()) if waiting or refused else (),
        )

    @property
    def facts(self) -> "Backlog":
        """The same, apart from what time alone changes."""
        return replace(self, steps_oldest_seconds=0, commitments_oldest_seconds=0)


def _seconds_since(moment: float | None) -> int:
    return 0 if moment is None else max(0, int(time.time() - moment))
