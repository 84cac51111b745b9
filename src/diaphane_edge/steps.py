"""Keep what modalities say of the steps they perform, until the platform has it (PS3.4 annex F)."""

import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .durable import Database, Row

SCHEMA = """
CREATE TABLE IF NOT EXISTS step (
    sop_instance_uid TEXT PRIMARY KEY,
    attributes TEXT NOT NULL,
    is_final INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    sent_revision INTEGER NOT NULL DEFAULT 0,
    refusal TEXT,
    changed_at REAL NOT NULL,
    waits_since REAL
);
"""
UNSENT = "sent_revision < revision AND refusal IS NULL"
MOST_STUDIES = 50
COLUMNS = "sop_instance_uid, attributes, is_final, revision"
REMEMBERED_SECONDS = 30 * 24 * 3600.0

Model = dict[str, object]
"""A data set in the DICOM JSON model (PS3.18 annex F)."""


@dataclass(frozen=True)
class Step:
    """One performed procedure step: all that was said of it so far, and how many times something was."""

    sop_instance_uid: str
    attributes: Model
    is_final: bool
    revision: int


class DuplicateStepError(ValueError):
    """Say that a step of this identifier exists already."""


class Steps:
    """The performed procedure steps of a gateway, on disk."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path, SCHEMA)
        _bring_up_to_date(self._database)
        self._changed = threading.Condition()

    def get(self, sop_instance_uid: str) -> Step | None:
        """Return one step, or None when no modality created it here."""
        rows = self._database.query(
            f"SELECT {COLUMNS} FROM step WHERE sop_instance_uid = ?",  # noqa: S608
            (sop_instance_uid,),
        )
        return _step(rows[0]) if rows else None

    def create(self, sop_instance_uid: str, attributes: Mapping[str, object]) -> None:
        """Enter a step. Raises DuplicateStepError, and OSError when the disk does not take it."""
        now = time.time()
        entered = self._database.change(
            "INSERT OR IGNORE INTO step"
            " (sop_instance_uid, attributes, is_final, revision, changed_at, waits_since)"
            " VALUES (?, ?, 0, 1, ?, ?)",
            (sop_instance_uid, json.dumps(attributes), now, now),
        )
        if not entered:
            raise DuplicateStepError(sop_instance_uid)
        self._announce()

    def update(self, step: Step, attributes: Mapping[str, object], *, is_final: bool) -> bool:
        """Write what a step has become, unless it has moved since it was read: then return False."""
        now = time.time()
        changed = self._database.change(
            "UPDATE step SET attributes = ?, is_final = ?, revision = revision + 1, refusal = NULL,"
            " changed_at = ?, waits_since = CASE WHEN sent_revision = revision THEN ? ELSE waits_since END"
            " WHERE sop_instance_uid = ? AND revision = ? AND is_final = 0",
            (json.dumps(attributes), is_final, now, now, step.sop_instance_uid, step.revision),
        )
        self._announce()
        return changed == 1

    def list_unsent(self) -> list[Step]:
        """List the steps of which the platform does not have the last revision, oldest first."""
        rows = self._database.query(
            f"SELECT {COLUMNS} FROM step WHERE {UNSENT} ORDER BY changed_at"  # noqa: S608
        )
        return [_step(row) for row in rows]

    def mark_sent(self, step: Step) -> None:
        """Remember that the platform has this revision, and forget what is old, final and sent."""
        self._database.change(
            "UPDATE step SET sent_revision = ? WHERE sop_instance_uid = ?",
            (step.revision, step.sop_instance_uid),
        )
        self._database.change(
            "DELETE FROM step WHERE is_final AND sent_revision = revision AND changed_at < ?",
            (time.time() - REMEMBERED_SECONDS,),
        )

    def mark_refused(self, step: Step, reason: str) -> None:
        """Keep a step that the platform does not take, with the reason; a new revision is another try."""
        self._database.change(
            "UPDATE step SET refusal = ? WHERE sop_instance_uid = ? AND revision = ?",
            (reason, step.sop_instance_uid, step.revision),
        )

    def retry_refused(self) -> int:
        """Put back what the platform refused, and return how many steps."""
        return self._database.change("UPDATE step SET refusal = NULL WHERE refusal IS NOT NULL")

    def count(self) -> tuple[int, int]:
        """Count the steps that wait to be sent, and those that the platform refused."""
        waiting, refused = self._database.query(
            f"SELECT count(CASE WHEN {UNSENT} THEN 1 END), count(refusal) FROM step"  # noqa: S608
        )[0]
        return int(waiting), int(refused)

    def find_oldest(self) -> float | None:
        """Return since when the platform lacks a word that is to be sent, the oldest of all."""
        query = f"SELECT min(coalesce(waits_since, changed_at)) FROM step WHERE {UNSENT}"  # noqa: S608
        moment: float | None = self._database.query(query)[0][0]
        return moment

    def list_studies(self) -> list[str]:
        """List the studies of the steps that the platform does not have, refused ones too."""
        rows = self._database.query(
            """SELECT DISTINCT json_extract(item.value, '$."0020000D".Value[0]') AS study FROM step,"""
            """ json_each(step.attributes, '$."00400270".Value') AS item"""
            " WHERE (sent_revision < revision OR refusal IS NOT NULL) AND study IS NOT NULL LIMIT ?",
            (MOST_STUDIES,),
        )
        return sorted(study for (study,) in rows)

    def wait_for_change(self, seconds: float) -> None:
        """Sleep until a modality says something, or for so long."""
        with self._changed:
            self._changed.wait(seconds)

    def _announce(self) -> None:
        with self._changed:
            self._changed.notify_all()


def _bring_up_to_date(database: Database) -> None:
    """Add what a file written by an older gateway lacks."""
    columns = {row[1] for row in database.query("PRAGMA table_info(step)")}
    if "waits_since" not in columns:
        database.change("ALTER TABLE step ADD COLUMN waits_since REAL")


def _step(row: Row) -> Step:
    uid, attributes, is_final, revision = row
    return Step(uid, json.loads(attributes), bool(is_final), revision)
