"""Order what waits for the link: the more urgent a study, the sooner it goes."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from pydicom.dataset import Dataset


class Lane(IntEnum):
    """How urgent a study is; the greater goes first.

    What nobody announced goes before what may wait: it may be a stroke sent in a hurry. Priors go last.
    """

    VITAL = 3
    URGENT = 2
    UNKNOWN = 0
    DELAYED = -1
    SCHEDULED = -2
    PRIOR = -3


PRIORITIES = {
    "STAT": Lane.VITAL,
    "HIGH": Lane.URGENT,
    "MEDIUM": Lane.DELAYED,
    "ROUTINE": Lane.SCHEDULED,
    "LOW": Lane.SCHEDULED,
}
"""Requested Procedure Priority (0040,1003), PS3.4 table K.6-1: the urgency that the imageur granted."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS study (
    study_instance_uid TEXT PRIMARY KEY,
    accession_number TEXT NOT NULL,
    lane INTEGER NOT NULL,
    noted_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS study_accession ON study (accession_number);
CREATE TRIGGER IF NOT EXISTS object_takes_the_lane_of_its_study AFTER INSERT ON object BEGIN
    UPDATE object SET urgency = (SELECT lane FROM study WHERE study_instance_uid = NEW.study_instance_uid)
    WHERE id = NEW.id AND EXISTS (SELECT 1 FROM study WHERE study_instance_uid = NEW.study_instance_uid);
END;
CREATE TRIGGER IF NOT EXISTS study_gives_its_lane AFTER INSERT ON study BEGIN
    UPDATE object SET urgency = NEW.lane WHERE study_instance_uid = NEW.study_instance_uid;
END;
"""
"""The lanes of studies, and how each object takes that of its study, now and whenever it changes."""


@dataclass(frozen=True)
class StudyLane:
    """The lane of a study, by its UID, or by its accession number where the modality made another UID."""

    study_instance_uid: str
    accession_number: str
    lane: Lane


def list_study_lanes(items: Iterable[Dataset]) -> list[StudyLane]:
    """Read the lanes of the studies of a worklist; one without a priority that we know has none."""
    found = []
    for item in items:
        lane = PRIORITIES.get(str(item.get("RequestedProcedurePriority", "")))
        study = str(item.get("StudyInstanceUID", ""))
        if lane is not None and study:
            found.append(StudyLane(study, str(item.get("AccessionNumber", "")), lane))
    return found
