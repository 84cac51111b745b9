"""Keep the state of every object in SQLite, each change synced to disk before anything relies on it."""

import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import Any

from .journal_schema import prepare
from .lanes import Lane, StudyLane
from .states import FOR_A_PERSON, LEAVING, TRANSITIONS, State
from .tallies import Tallies

Row = tuple[Any, ...]
ROOM_BYTES = 4 << 20
COLUMNS = (
    "id, sop_instance_uid, study_instance_uid, digest, state, file, size, urgency, reason, accession_number,"
    " received_at"
)


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
    reason: str | None = None
    accession_number: str = ""
    received_at: float = 0.0


class Journal(Tallies):
    """The journal file. Every method may be called from any thread."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = FULL")
        prepare(self._database)

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
        state: State = State.RECEIVED,
        reason: str | None = None,
    ) -> int:
        """Enter an object, with a reason when it is set aside. Returns its number."""
        now = time.time()
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
        accession_number: str = "",
    ) -> Entry:
        """Change the state of an object, by the table alone; its file and accession number when given.

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
                "UPDATE object SET state = ?, file = ?, size = ?, reason = ?, changed_at = ?,"
                " accession_number = CASE ? WHEN '' THEN accession_number ELSE ? END"
                " WHERE id = ? AND state = ?",
                (
                    *(to, file, size, reason, time.time()),
                    *(accession_number, accession_number, entry.id, entry.state),
                ),
            )
        if cursor.rowcount != 1:
            raise IllegalTransitionError(f"object {entry.id} is no longer {entry.state}")
        return replace(entry, state=to, file=file, size=size, reason=reason)

    def forget(self, entry: Entry) -> bool:
        """Forget an object that is in the state it was read in; tell whether it was."""
        with self._lock:
            cursor = self._database.execute(
                "DELETE FROM object WHERE id = ? AND state = ?", (entry.id, entry.state)
            )
        return cursor.rowcount == 1

    def get(self, number: int) -> Entry | None:
        """Return an object by its number."""
        return next(iter(self._entries("id = ?", (number,))), None)

    def get_live(self, sop: str) -> Entry | None:
        """Return the object of a SOP Instance UID that is on its way, or else one that has arrived."""
        where = (
            "sop_instance_uid = ? AND state IN ('received', 'compressed', 'sent', 'acknowledged')"
            " ORDER BY state = 'acknowledged', id"
        )
        return next(iter(self._entries(where, (sop,))), None)

    def get_leaving(self, sop: str) -> Entry | None:
        """Return the object of a SOP Instance UID that is on its way."""
        held = self.get_live(sop)
        return held if held and held.state in LEAVING else None

    def list_all(self, sop: str) -> list[Entry]:
        """List all that came under a SOP Instance UID, in order."""
        return self._entries("sop_instance_uid = ? ORDER BY id", (sop,))

    def list_unjudged(self) -> set[str]:
        """List the SOP Instance UIDs under which something came again that nobody has compared yet."""
        rows = self.query(
            "SELECT again.sop_instance_uid FROM object AS again LEFT JOIN object AS first"
            " ON first.sop_instance_uid = again.sop_instance_uid AND first.state = 'acknowledged'"
            " WHERE again.state IN ('received', 'double', 'compressed', 'sent')"
            " AND (again.state = 'double' OR first.id IS NOT NULL)"
        )
        return {sop for (sop,) in rows}

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

    def list_for_a_person(self) -> list[Entry]:
        """List what is set aside or discarded, in the order in which it came."""
        places = ", ".join("?" * len(FOR_A_PERSON))
        return self._entries(f"state IN ({places}) ORDER BY id", FOR_A_PERSON)

    def list_discarded(self, *, before: float) -> list[Entry]:
        """List what a person discarded before an instant."""
        return self._entries("state = 'discarded' AND changed_at < ?", (before,))

    def retry_set_aside(self, *, but_for: str) -> int:
        """Put back what was set aside, except for one reason, and return how many objects."""
        with self._lock:
            cursor = self._database.execute(
                "UPDATE object SET state = 'received', reason = NULL, changed_at = ?"
                " WHERE state = 'set_aside' AND reason <> ? AND NOT EXISTS ("
                "SELECT 1 FROM object AS other WHERE other.sop_instance_uid = object.sop_instance_uid"
                " AND other.id <> object.id AND other.state <> 'discarded'"
                " AND (other.state <> 'set_aside' OR other.id < object.id))",
                (time.time(), but_for),
            )
        return cursor.rowcount

    def set_lanes(self, studies: Iterable[StudyLane]) -> None:
        """Remember the lanes of studies; what waits moves at once, what comes later takes its place.

        A lane outlives the worklist: an exam leaves it when it is over, its images still on their way.
        """
        known = {
            row[0]: row for row in self.query("SELECT study_instance_uid, accession_number, lane FROM study")
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
        return next((Lane(lane) for (lane,) in self.query(query, (accession_number,))), None)

    def knows(self, digest: str) -> bool:
        """Tell whether an object of this content ever came in."""
        return bool(self.query("SELECT 1 FROM object WHERE digest = ? LIMIT 1", (digest,)))

    def list_files(self) -> set[str]:
        """Return the names of the files that objects need."""
        return {file for (file,) in self.query("SELECT file FROM object WHERE file IS NOT NULL")}

    def query(self, statement: str, parameters: Sequence[str | int | float] = ()) -> list[Row]:
        """Return the rows of a query."""
        with self._lock:
            return self._database.execute(statement, parameters).fetchall()

    def change(self, statement: str, parameters: Sequence[str | int | float] = ()) -> int:
        """Run one statement and return how many rows it touched."""
        with self._lock:
            return self._database.execute(statement, parameters).rowcount

    def _entries(self, where: str, parameters: Sequence[str | int | float]) -> list[Entry]:
        rows = self.query(f"SELECT {COLUMNS} FROM object WHERE {where}", parameters)  # noqa: S608
        return [_entry(row) for row in rows]


def _entry(row: Row) -> Entry:
    number, sop, study, digest, state, file, size, lane, *rest = row
    return Entry(number, sop, study, digest, State(state), file, size, Lane(lane), *rest)
