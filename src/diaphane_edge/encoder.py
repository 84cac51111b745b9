"""Encode received objects losslessly, or leave them as they are, so that they are ready to go."""

from diaphane_dicom.htj2k import transcode_to_htj2k

from .journal import Entry, State
from .logs import log
from .spool import Spool

IDLE_SECONDS = 1.0


def encode_next(spool: Spool) -> None:
    """Make one received object ready to go, or wait for one."""
    taken = spool.take(State.RECEIVED, limit=1)
    if not taken:
        spool.wait_for_change(IDLE_SECONDS)
        return
    try:
        _encode(spool, taken[0])
    finally:
        spool.release(taken)


def _encode(spool: Spool, entry: Entry) -> None:
    try:
        content = spool.read(entry)
    except FileNotFoundError:
        spool.set_aside(entry, "its file is missing")
        return
    encoded = transcode_to_htj2k(content)
    spool.make_ready(entry, encoded.content if encoded.is_changed else None)
    log.info(
        "object_ready",
        sop_instance_uid=entry.sop_instance_uid,
        size_before=len(content),
        size=len(encoded.content),
        untouched_because=encoded.untouched_because,
    )
