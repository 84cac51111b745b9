"""Encode received objects losslessly, or leave them as they are, so that they are ready to go."""

from diaphane_dicom.htj2k import transcode_to_htj2k

from .journal import Entry, State
from .lanes import Lane, StudyLane
from .logs import log
from .reasons import Reason
from .spool import DamagedFileError, Spool

IDLE_SECONDS = 1.0


def encode_next(spool: Spool) -> None:
    """Make one received object ready to go, or wait for one."""
    seen = spool.changes
    taken = spool.take(State.RECEIVED, limit=1)
    if not taken:
        spool.wait_for_change(seen, IDLE_SECONDS)
        return
    try:
        _encode(spool, taken[0])
    finally:
        spool.release(taken)


def _encode(spool: Spool, entry: Entry) -> None:
    try:
        content, part10 = spool.read(entry)
    except FileNotFoundError:
        spool.set_aside(entry, Reason.FILE_MISSING)
        return
    except DamagedFileError:
        spool.set_aside(entry, Reason.FILE_DAMAGED)
        return
    _find_lane(spool, entry, str(part10.header.get("AccessionNumber", "")))
    encoded = transcode_to_htj2k(content)
    spool.make_ready(entry, encoded.content if encoded.is_changed else None)
    log.info(
        "object_ready",
        sop_instance_uid=entry.sop_instance_uid,
        size_before=len(content),
        size=len(encoded.content),
        untouched_because=encoded.untouched_because,
    )


def _find_lane(spool: Spool, entry: Entry, accession_number: str) -> None:
    """Give a study that nobody announced the lane of its accession number: the modality made its own UID."""
    if entry.lane is not Lane.UNKNOWN or not accession_number:
        return
    lane = spool.journal.find_lane(accession_number=accession_number)
    if lane is not None:
        spool.journal.set_lanes([StudyLane(entry.study_instance_uid, accession_number, lane)])
