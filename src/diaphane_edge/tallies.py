"""Count what the journal holds, for people and for the platform."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .lanes import Lane
from .states import WAITING, State

Row = tuple[Any, ...]


@dataclass(frozen=True)
class LaneCount:
    """How many objects wait in a lane, and when the oldest of them came in."""

    lane: Lane
    waiting: int
    oldest_at: float


@dataclass(frozen=True)
class StudyCount:
    """How many objects of a study came in, how many the platform has verified, how many are on their way."""

    study_instance_uid: str
    received: int
    acknowledged: int
    waiting: int = 0


class Tallies:
    """The figures of a journal."""

    @abstractmethod
    def query(self, statement: str, parameters: Sequence[str | int | float] = ()) -> list[Row]:
        """Return the rows of a query."""

    def count(self) -> dict[State, int]:
        """Count the objects in each state."""
        found: dict[str, int] = dict(self.query("SELECT state, count(*) FROM object GROUP BY state"))
        return {state: found.get(str(state), 0) for state in State}

    def count_lanes(self) -> list[LaneCount]:
        """Count what waits in each lane where something does, the most urgent first."""
        places = ", ".join("?" * len(WAITING))
        rows = self.query(
            f"SELECT urgency, count(*), min(received_at) FROM object WHERE state IN ({places})"  # noqa: S608
            " GROUP BY urgency ORDER BY urgency DESC",
            WAITING,
        )
        return [LaneCount(Lane(lane), waiting, oldest_at) for lane, waiting, oldest_at in rows]

    def count_acknowledged(self, *, since: float) -> int:
        """Count the objects that the platform has acknowledged since an instant, each once."""
        query = (
            "SELECT count(DISTINCT sop_instance_uid) FROM object"
            " WHERE state = 'acknowledged' AND changed_at >= ?"
        )
        return int(self.query(query, (since,))[0][0])

    def count_studies(self, *, since: float) -> list[StudyCount]:
        """Count the objects of the studies that changed since an instant, each once."""
        places = ", ".join("?" * len(WAITING))
        rows = self.query(
            "SELECT study_instance_uid,"  # noqa: S608
            " count(DISTINCT CASE WHEN state <> 'discarded' THEN sop_instance_uid END),"
            " count(DISTINCT CASE WHEN state = 'acknowledged' THEN sop_instance_uid END),"
            f" count(DISTINCT CASE WHEN state IN ({places}) THEN sop_instance_uid END)"
            " FROM object WHERE study_instance_uid IN"
            " (SELECT study_instance_uid FROM object WHERE changed_at >= ?)"
            " GROUP BY study_instance_uid ORDER BY max(changed_at) DESC, study_instance_uid",
            (*WAITING, since),
        )
        return [StudyCount(*row) for row in rows]
