"""Keep what modalities ask to commit to, until they have had their answer (PS3.4 annex J)."""

import json
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from .durable import Database, Row

SCHEMA = """
CREATE TABLE IF NOT EXISTS commitment (
    transaction_uid TEXT NOT NULL,
    ae_title TEXT NOT NULL,
    objects TEXT NOT NULL,
    asked_at REAL NOT NULL,
    tried INTEGER NOT NULL DEFAULT 0,
    due_at REAL NOT NULL,
    PRIMARY KEY (transaction_uid, ae_title)
);
"""
COLUMNS = "transaction_uid, ae_title, objects, asked_at, tried"


@dataclass(frozen=True)
class Named:
    """An object as a modality names it."""

    sop_class_uid: str
    sop_instance_uid: str


@dataclass(frozen=True)
class Commitment:
    """One request: by whom, for which objects, and how many times its answer was tried."""

    transaction_uid: str
    ae_title: str
    objects: tuple[Named, ...]
    asked_at: float
    tried: int


class Commitments:
    """The requests that wait for their answer, on disk."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path, SCHEMA)
        self._changed = threading.Condition()

    def add(self, transaction_uid: str, ae_title: str, objects: tuple[Named, ...], *, due_at: float) -> None:
        """Enter a request; the same transaction asked again takes its place."""
        self._database.change(
            "INSERT OR REPLACE INTO commitment (transaction_uid, ae_title, objects, asked_at, due_at)"
            " VALUES (?, ?, ?, ?, ?)",
            (
                transaction_uid,
                ae_title,
                json.dumps([(each.sop_class_uid, each.sop_instance_uid) for each in objects]),
                time.time(),
                due_at,
            ),
        )
        with self._changed:
            self._changed.notify_all()

    def list_due(self) -> list[Commitment]:
        """List the requests whose answer should be tried now, oldest first."""
        rows = self._database.query(
            f"SELECT {COLUMNS} FROM commitment WHERE due_at <= ? ORDER BY asked_at",  # noqa: S608
            (time.time(),),
        )
        return [_commitment(row) for row in rows]

    def postpone(self, commitment: Commitment, *, due_at: float) -> None:
        """Try an answer again later."""
        self._database.change(
            "UPDATE commitment SET tried = tried + 1, due_at = ? WHERE transaction_uid = ? AND ae_title = ?",
            (due_at, commitment.transaction_uid, commitment.ae_title),
        )

    def forget(self, commitment: Commitment) -> None:
        """Take off a request that has had its answer, or never will."""
        self._database.change(
            "DELETE FROM commitment WHERE transaction_uid = ? AND ae_title = ?",
            (commitment.transaction_uid, commitment.ae_title),
        )

    def count(self) -> int:
        """Count the requests that wait for their answer."""
        return int(self._database.query("SELECT count(*) FROM commitment")[0][0])

    def find_oldest(self) -> float | None:
        """Return when the request that has waited longest was made."""
        moment: float | None = self._database.query("SELECT min(asked_at) FROM commitment")[0][0]
        return moment

    def wait_for_change(self, seconds: float) -> None:
        """Sleep until something is asked, or for so long."""
        with self._changed:
            self._changed.wait(seconds)


def _commitment(row: Row) -> Commitment:
    transaction_uid, ae_title, objects, asked_at, tried = row
    named = tuple(Named(*each) for each in json.loads(objects))
    return Commitment(transaction_uid, ae_title, named, asked_at, tried)
