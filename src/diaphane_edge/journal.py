"""Keep the state of every object in SQLite, each change synced to disk before anything relies on it."""

import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import astuple, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from .lanes import SCHEMA as LANES_SCHEMA
from .lanes import Lane, StudyLane


class State(StrEnum):
    """What has become of an object, meaning what it says."""

    RECEIVED = "received"
    """On this disk, as the modality sent it."""
    COMPRESSED = "compressed"
    """Ready to go: encoded and proven exact, or left as it is on purpose."""
    SENT = "sent"
    """On its way: no answer yet."""
    ACKNOWLEDGED = "acknowledged"
    """Stored and verified by the platform; no longer on this disk."""
    SET_ASIDE = "set_aside"
    """Kept on this disk for a person to look at, with the reason."""


TRANSITIONS: dict[State, frozenset[State]] = {
    State.RECEIVED: frozenset({State.COMPRESSED, State.SET_ASIDE}),
    State.COMPRESSED: frozenset({State.SENT, State.SET_ASIDE}),
    State.SENT: frozenset({State.ACKNOWLEDGED, State.COMPRESSED, State.SET_ASIDE}),
    State.ACKNOWLEDGED: frozenset(),
    State.SET_ASIDE: frozenset({State.RECEIVED}),
}
WAITING = (State.RECEIVED, State.COMPRESSED, State.SENT)

SCHEMA = """
CREATE TABLE IF NOT EXISTS object (
    id INTEGER PRIMARY KEY,
    sop_instance_uid TEXT NOT NULL,
    study_instance_uid TEXT NOT NULL,
    digest TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('received', 'compressed', 'sent', 'acknowledged', 'set_aside')),
    urgency INTEGER NOT NULL DEFAULT 0,
    file TEXT,
    size INTEGER,
    received_at REAL NOT NULL,
    changed_at REAL NOT NULL,
    reason TEXT,
    CHECK ((state = 'acknowledged') = (file IS NULL)),
    CHECK ((state = 'set_aside') = (reason IS NOT NULL))
);
CREATE UNIQUE INDEX IF NOT EXISTS object_live ON object (sop_instance_uid) WHERE state <> 'set_aside';
CREATE INDEX IF NOT EXISTS object_work ON object (state, urgency DESC, id);
CREATE INDEX IF NOT EXISTS object_study ON object (study_instance_uid);
CREATE INDEX IF NOT EXISTS object_changed ON object (changed_at);
"""
Row = tuple[Any, ...]
ROOM_BYTES = 4 << 20
COLUMNS = "id, sop_instance_uid, study_instance_uid, digest, state, file, size, urgency"


class IllegalTransitionError(RuntimeError):
    """Say that a state change is not in the table, or that the object has moved meanwhile."""


@dataclass(frozen=True)
class Entry:
    """One object of the journal. `file` is a name in the spool, absent once acknowledged.

    `size` is how many of its bytes are the object, when the file goes on behind it.
    """

    id: int
    sop_instance_uid: str
    study_instance_uid: str
    digest: str
    state: State
    file: str | None
    size: int | None = None
    lane: Lane = Lane.UNKNOWN


@dataclass(frozen=True)
class LaneCount:
    """How many objects wait in a lane, and when the oldest of them came in."""

    lane: Lane
    waiting: int
    oldest_at: float


@dataclass(frozen=True)
class StudyCount:
    """How many objects of a study came in, and how many the platform has verified."""

    study_instance_uid: str
    received: int
    acknowledged: int


class Journal:
    """The journal file. Every method may be called from any thread."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = FULL")
        self._database.executescript(SCHEMA + LANES_SCHEMA)
        self._add_size()

    def close(self) -> None:
        """Close the file. What was committed stays."""
        with self._lock:
            self._database.close()

    def make_room(self) -> None:
        """Have the disk give the write-ahead log its blocks now, if it can.

        A log that is written over, and does not grow, is synced in half the time.
        """
        log = self.path.with_name(self.path.name + "-wal")
        if log.stat().st_size >= ROOM_BYTES:
            return
        with suppress(sqlite3.OperationalError), self._lock:
            self._database.execute("CREATE TABLE IF NOT EXISTS room (content BLOB)")
            self._database.execute("INSERT INTO room VALUES (zeroblob(?))", (ROOM_BYTES,))
            self._database.execute("DROP TABLE room")
            self._database.execute("PRAGMA wal_checkpoint(RESTART)")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit what is inside, together and synced, or none of it."""
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._database.execute("COMMIT")
            except BaseException:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise

    def add(
        self,
        *,
        sop: str,
        study: str,
        digest: str,
        file: str,
        size: int | None = None,
        reason: str | None = None,
    ) -> int:
        """Enter an object, received, or set aside when a reason is given. Returns its number."""
        now = time.time()
        state = State.SET_ASIDE if reason else State.RECEIVED
        with self._lock:
            cursor = self._database.execute(
                "INSERT INTO object (sop_instance_uid, study_instance_uid, digest, state, file, size,"
                " received_at, changed_at, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (sop, study, digest, state, file, size, now, now, reason),
            )
        return int(cursor.lastrowid or 0)

    def move(
        self,
        entry: Entry,
        to: State,
        *,
        file: str | None = None,
        size: int | None = None,
        reason: str | None = None,
    ) -> Entry:
        """Change the state of an object, by the table alone, and its file when another is given.

        Raises IllegalTransitionError when the table does not allow it, or the object has moved meanwhile.
        """
        if to not in TRANSITIONS[entry.state]:
            raise IllegalTransitionError(f"{entry.state} to {to}")
        if to is State.ACKNOWLEDGED:
            file, size = None, None
        elif file is None:
            file, size = entry.file, entry.size
        with self._lock:
            cursor = self._database.execute(
                "UPDATE object SET state = ?, file = ?, size = ?, reason = ?, changed_at = ?"
                " WHERE id = ? AND state = ?",
                (to, file, size, reason, time.time(), entry.id, entry.state),
            )
        if cursor.rowcount != 1:
            raise IllegalTransitionError(f"object {entry.id} is no longer {entry.state}")
        return replace(entry, state=to, file=file, size=size)

    def get_live(self, sop: str) -> Entry | None:
        """Return the object of a SOP Instance UID that is not set aside."""
        return next(iter(self._entries("sop_instance_uid = ? AND state <> 'set_aside'", (sop,))), None)

    def get_set_aside(self, sop: str, digest: str) -> Entry | None:
        """Return the same object if it was set aside before."""
        where = "sop_instance_uid = ? AND digest = ? AND state = 'set_aside' ORDER BY id"
        return next(iter(self._entries(where, (sop, digest))), None)

    def list_work(
        self, state: State, *, limit: int, above: Lane | None = None, but: Iterable[int] = ()
    ) -> list[Entry]:
        """List objects in a state, the most urgent first, then the oldest.

        Only those above a lane when one is given, and none of those numbers.
        """
        left_out = set(but)
        where = "state = ? AND urgency > ? ORDER BY urgency DESC, id LIMIT ?"
        floor = min(Lane) - 1 if above is None else above
        rows = self._entries(where, (state, floor, limit + len(left_out)))
        return [entry for entry in rows if entry.id not in left_out][:limit]

    def list_in(self, state: State) -> list[Entry]:
        """List every object in a state."""
        return self._entries("state = ? ORDER BY id", (state,))

    def retry_set_aside(self, *, but_for: str) -> int:
        """Put back what was set aside, except for one reason, and return how many objects."""
        with self._lock:
            cursor = self._database.execute(
                "UPDATE object SET state = 'received', reason = NULL, changed_at = ?"
                " WHERE state = 'set_aside' AND reason <> ? AND NOT EXISTS ("
                "SELECT 1 FROM object AS other WHERE other.sop_instance_uid = object.sop_instance_uid"
                " AND other.id <> object.id AND (other.state <> 'set_aside' OR other.id < object.id))",
                (time.time(), but_for),
            )
        return cursor.rowcount

    def set_lanes(self, studies: Iterable[StudyLane]) -> None:
        """Remember the lanes of studies; what waits moves at once, what comes later takes its place.

        A lane outlives the worklist: an exam leaves it when it is over, its images still on their way.
        """
        known = {
            row[0]: row for row in self._query("SELECT study_instance_uid, accession_number, lane FROM study")
        }
        news = [each for each in studies if known.get(each.study_instance_uid) != astuple(each)]
        if not news:
            return
        with self.transaction():
            self._database.executemany(
                "INSERT OR REPLACE INTO study (study_instance_uid, accession_number, lane, noted_at)"
                " VALUES (?, ?, ?, ?)",
                [(*astuple(each), time.time()) for each in news],
            )

    def find_lane(self, *, accession_number: str) -> Lane | None:
        """Return the lane that was last noted for an accession number."""
        query = "SELECT lane FROM study WHERE accession_number = ? ORDER BY noted_at DESC LIMIT 1"
        return next((Lane(lane) for (lane,) in self._query(query, (accession_number,))), None)

    def knows(self, digest: str) -> bool:
        """Tell whether an object of this content ever came in."""
        return bool(self._query("SELECT 1 FROM object WHERE digest = ? LIMIT 1", (digest,)))

    def list_files(self) -> set[str]:
        """Return the names of the files that objects need."""
        return {file for (file,) in self._query("SELECT file FROM object WHERE file IS NOT NULL")}

    def count(self) -> dict[State, int]:
        """Count the objects in each state."""
        found: dict[str, int] = dict(self._query("SELECT state, count(*) FROM object GROUP BY state"))
        return {state: found.get(str(state), 0) for state in State}

    def count_lanes(self) -> list[LaneCount]:
        """Count what waits in each lane where something does, the most urgent first."""
        rows = self._query(
            "SELECT urgency, count(*), min(received_at) FROM object WHERE state IN (?, ?, ?)"
            " GROUP BY urgency ORDER BY urgency DESC",
            WAITING,
        )
        return [LaneCount(Lane(lane), waiting, oldest_at) for lane, waiting, oldest_at in rows]

    def count_acknowledged(self, *, since: float) -> int:
        """Count the objects that the platform has acknowledged since an instant."""
        query = "SELECT count(*) FROM object WHERE state = 'acknowledged' AND changed_at >= ?"
        return int(self._query(query, (since,))[0][0])

    def count_reasons(self) -> dict[str, int]:
        """Count the objects set aside by their reason, the most frequent first."""
        query = (
            "SELECT reason, count(*) FROM object WHERE state = 'set_aside' GROUP BY reason ORDER BY 2 DESC"
        )
        return dict(self._query(query))

    def count_studies(self, *, since: float) -> list[StudyCount]:
        """Count the objects of the studies that changed since an instant."""
        rows = self._query(
            "SELECT study_instance_uid, count(DISTINCT sop_instance_uid),"
            " count(CASE state WHEN 'acknowledged' THEN 1 END) FROM object WHERE study_instance_uid IN"
            " (SELECT study_instance_uid FROM object WHERE changed_at >= ?)"
            " GROUP BY study_instance_uid ORDER BY max(changed_at) DESC, study_instance_uid",
            (since,),
        )
        return [StudyCount(*row) for row in rows]

    def _entries(self, where: str, parameters: Sequence[str | int]) -> list[Entry]:
        rows = self._query(f"SELECT {COLUMNS} FROM object WHERE {where}", parameters)  # noqa: S608
        return [_entry(row) for row in rows]

    def _add_size(self) -> None:
        """Bring a journal from before sizes were kept up to date: its files were all whole."""
        if "size" not in {column[1] for column in self._query("PRAGMA table_info(object)")}:
            self._database.execute("ALTER TABLE object ADD COLUMN size INTEGER")

    def _query(self, statement: str, parameters: Sequence[str | int | float] = ()) -> list[Row]:
        with self._lock:
            return self._database.execute(statement, parameters).fetchall()


def _entry(row: Row) -> Entry:
    number, sop, study, digest, state, file, size, lane = row
    return Entry(number, sop, study, digest, State(state), file, size, Lane(lane))
