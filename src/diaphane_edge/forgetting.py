"""Forget what the platform verified long ago, so that the journal does not grow without end.

A study is forgotten whole, once each of its objects is acknowledged and none has changed for so long: the
counts that the platform is told never lack a part. What comes again later is sent like anything new, and the
platform judges: the same object is acknowledged and dropped, another one kept apart there and set aside here.
"""

import time
from collections.abc import Sequence

from .asides import KEPT_SECONDS
from .logs import log
from .spool import Spool

BATCH_ROWS = 200
"""Rows of one transaction: some ten milliseconds, and no answer to a C-STORE waits for the journal."""
PAGE_ROWS = 500
BEGINNING = -1.0
REST_SECONDS = 3600.0
LONGEST_YIELD_SECONDS = 60.0
"""While objects come the disk is theirs, but for one batch a minute: more than any site sends."""
IS_OVER = (
    "NOT EXISTS (SELECT 1 FROM object WHERE study_instance_uid = ?"
    " AND (state <> 'acknowledged' OR changed_at >= ?))"
)
FORGET_OBJECTS = (
    "DELETE FROM object WHERE id IN (SELECT id FROM object"  # noqa: S608
    f" WHERE study_instance_uid = ? AND {IS_OVER} LIMIT ?)"
)


class Forgetter:
    """Forget a few rows at a time. A stop at any moment loses nothing: the next start goes on."""

    def __init__(self, spool: Spool, *, remembered_seconds: float) -> None:
        self._spool = spool
        self._journal = spool.journal
        self._remembered_seconds = remembered_seconds
        self._study: str | None = None
        self._looked_until = BEGINNING
        self._rests_until = 0.0
        self._forgot_at = 0.0

    def forget_some(self) -> int:
        """Forget one batch, unless it is time to rest or objects are coming; return how many rows."""
        now = time.monotonic()
        is_yielding = not self._spool.slots.is_calm and now < self._forgot_at + LONGEST_YIELD_SECONDS
        if now < self._rests_until or is_yielding:
            return 0
        self._forgot_at = now
        before = time.time() - self._remembered_seconds
        self._study = self._study or self._find_study(before)
        if self._study:
            return self._forget_objects(self._study, before)
        gone = self._forget_lanes(before) + self._forget_decisions()
        if not gone:
            self._looked_until, self._rests_until = BEGINNING, now + REST_SECONDS
        return gone

    def _find_study(self, before: float) -> str | None:
        """Return a study that is over, looking through the oldest rows page after page."""
        while rows := self._journal.query(
            "SELECT study_instance_uid, changed_at FROM object WHERE changed_at > ? AND changed_at < ?"
            " ORDER BY changed_at LIMIT ?",
            (self._looked_until, before, PAGE_ROWS),
        ):
            for study in dict.fromkeys(study for study, _changed_at in rows):
                if self._journal.query(f"SELECT 1 WHERE {IS_OVER}", (study, before)):
                    return str(study)
            self._looked_until = rows[-1][1]
        return None

    def _forget_objects(self, study: str, before: float) -> int:
        """Forget a batch of a study's objects, unless something of it has come meanwhile."""
        gone = self._delete(FORGET_OBJECTS, (study, study, before, BATCH_ROWS))
        if gone < BATCH_ROWS:
            self._study = None
            log.info("study_forgotten", study_instance_uid=study)
        return gone

    def _forget_lanes(self, before: float) -> int:
        """Forget the lanes of studies of which nothing is held any more."""
        return self._delete(
            "DELETE FROM study WHERE study_instance_uid IN (SELECT study_instance_uid FROM study"
            " WHERE noted_at < ? AND NOT EXISTS (SELECT 1 FROM object"
            " WHERE object.study_instance_uid = study.study_instance_uid) LIMIT ?)",
            (before, BATCH_ROWS),
        )

    def _forget_decisions(self) -> int:
        """Forget decisions that are in the log, and may no longer be taken back."""
        return self._delete(
            "DELETE FROM decision WHERE id IN"
            " (SELECT id FROM decision WHERE is_told AND made_at < ? LIMIT ?)",
            (time.time() - max(self._remembered_seconds, KEPT_SECONDS), BATCH_ROWS),
        )

    def _delete(self, statement: str, parameters: Sequence[str | float]) -> int:
        with self._journal.transaction():
            return self._journal.change(statement, parameters)
