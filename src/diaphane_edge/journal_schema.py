"""The tables of the journal, and how one written by an older gateway becomes one of today."""

import sqlite3

from .lanes import SCHEMA as LANES_SCHEMA
from .states import FOR_A_PERSON, LEAVING, State


def _listed(states: tuple[State, ...]) -> str:
    return ", ".join(f"'{state}'" for state in states)


_COLUMNS = f"""(
    id INTEGER PRIMARY KEY,
    sop_instance_uid TEXT NOT NULL,
    study_instance_uid TEXT NOT NULL,
    digest TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ({_listed(tuple(State))})),
    urgency INTEGER NOT NULL DEFAULT 0,
    file TEXT,
    size INTEGER,
    received_at REAL NOT NULL,
    changed_at REAL NOT NULL,
    reason TEXT,
    accession_number TEXT NOT NULL DEFAULT '',
    CHECK ((state = 'acknowledged') = (file IS NULL)),
    CHECK ((state IN ({_listed(FOR_A_PERSON)})) = (reason IS NOT NULL))
)"""
_TABLE = f"CREATE TABLE IF NOT EXISTS object {_COLUMNS};"
_INDEXES = f"""
CREATE UNIQUE INDEX IF NOT EXISTS object_leaving ON object (sop_instance_uid)
    WHERE state IN ({_listed(LEAVING)});
CREATE INDEX IF NOT EXISTS object_sop ON object (sop_instance_uid);
CREATE INDEX IF NOT EXISTS object_work ON object (state, urgency DESC, id);
CREATE INDEX IF NOT EXISTS object_study ON object (study_instance_uid);
CREATE INDEX IF NOT EXISTS object_changed ON object (changed_at);
"""
_DECISIONS = """
CREATE TABLE IF NOT EXISTS decision (
    id INTEGER PRIMARY KEY,
    sop_instance_uid TEXT NOT NULL,
    choice TEXT NOT NULL,
    reason TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at REAL NOT NULL,
    is_told INTEGER NOT NULL DEFAULT 0
);
"""
_REBUILD = """
BEGIN IMMEDIATE;
DROP TRIGGER IF EXISTS object_takes_the_lane_of_its_study;
DROP TRIGGER IF EXISTS study_gives_its_lane;
CREATE TABLE rebuilt {columns};
INSERT INTO rebuilt ({kept}) SELECT {kept} FROM object;
DROP TABLE object;
ALTER TABLE rebuilt RENAME TO object;
COMMIT;
"""


def prepare(database: sqlite3.Connection) -> None:
    """Make the tables, or bring those of an older gateway up to date, with all they hold."""
    columns = [column[1] for column in database.execute("PRAGMA table_info(object)")]
    if columns and "accession_number" not in columns:
        database.executescript(_REBUILD.format(columns=_COLUMNS, kept=", ".join(columns)))
    database.executescript(_TABLE + _INDEXES + LANES_SCHEMA + _DECISIONS)
