"""Take up where a stop or a crash left off: nothing that was acknowledged is lost, nothing is taken twice."""

from collections.abc import Callable, Iterable
from pathlib import Path

from diaphane_dicom.data_set import Identity
from diaphane_dicom.part10 import NotPart10Error, read_part10

from .digests import DamagedFileError, digest_of, read_intact
from .durable import UNFINISHED, sync_directory, sync_file
from .journal import Entry, Journal
from .logs import log
from .marks import Marked, read_mark
from .reasons import Reason
from .slots import SUFFIX, Slots
from .states import WAITING, State

Enter = Callable[[Iterable[Marked]], None]


def recover(folder: Path, journal: Journal, slots: Slots, *, enter: Enter) -> None:
    """Send again what had no answer, enter what the journal had not followed, settle strays.

    What cannot be read is left where it is and keeps nothing else: the next start looks at it again.
    """
    with journal.transaction():
        for entry in journal.list_in(State.SENT):
            journal.move(entry, State.COMPRESSED)
    needed = journal.list_files()
    sync_directory(folder)
    present = {path.name: path for path in folder.iterdir()}
    strays = present.keys() - needed
    marked = {name for name in strays if name.endswith(SUFFIX)}
    _take_up([present[name] for name in marked], slots, enter)
    for name in strays - marked:
        try:
            _settle_stray(present[name], journal)
        except OSError as error:
            log.warning("stray_file_unreadable", file=name, reason=error.strerror)
    for state in WAITING:
        for entry in journal.list_in(state):
            if entry.file not in present:
                set_aside(journal, entry, Reason.FILE_MISSING)


def set_aside(journal: Journal, entry: Entry, reason: str, *, accession_number: str = "") -> None:
    """Keep an object for a person to look at."""
    journal.move(entry, State.SET_ASIDE, reason=reason, accession_number=accession_number)
    log.warning("object_set_aside", sop_instance_uid=entry.sop_instance_uid, reason=reason)


def _take_up(paths: Iterable[Path], slots: Slots, enter: Enter) -> None:
    """Enter what was acknowledged and had not reached the journal; count the other slots as free.

    In the order in which they came. Synced first: a stop may have come before their sync, and from
    here on the same object sent again is acknowledged without another copy.
    """
    found, free = [], []
    for path in sorted(paths, key=lambda each: each.stat().st_mtime_ns):
        try:
            marked = _read_marked(path)
        except (
            OSError
        ) as error:  # a sector that cannot be read: it may hold an object, so nothing is written there
            log.error("slot_unreadable", file=path.name, reason=error.strerror)
            continue
        if marked:
            found.append(marked)
        else:
            free.append(path.name)
    slots.adopt(free)
    enter(found)


def _read_marked(path: Path) -> Marked | None:
    """Return what a slot holds, synced; None when nobody was told that it holds anything. Raises OSError."""
    mark = read_mark(path)
    if mark is None:
        return None
    try:
        _content, part10 = read_intact(path, size=mark.size, digest=mark.digest)
    except DamagedFileError:  # cut while it was written
        return None
    sync_file(path)
    return Marked(path.name, mark.size, mark.digest, Identity.of(part10))


def _settle_stray(path: Path, journal: Journal) -> None:
    """Take in a file that no object needs, unless its object is held already or it was never finished."""
    if path.suffix == UNFINISHED:
        path.unlink()
        return
    content = path.read_bytes()
    try:
        part10 = read_part10(content)
    except NotPart10Error:
        log.warning("stray_file_unreadable", file=path.name)
        return
    sop, study = part10.sop_instance_uid, part10.study_instance_uid
    if journal.get_live(sop):
        path.unlink()
        return
    journal.add(sop=sop, study=study, digest=digest_of(content, part10), file=path.name)
    log.info("stray_file_taken_in", sop_instance_uid=sop)
