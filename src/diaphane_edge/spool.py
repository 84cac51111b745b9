"""Keep objects on disk from their arrival until the platform has acknowledged them."""

import errno
import fcntl
import os
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from diaphane_dicom.data_set import Identity
from diaphane_dicom.part10 import NotPart10Error, Part10, read_part10

from .digests import DamagedFileError, digest_file, digest_of, name_ready, proven_digest, read_intact
from .durable import UNFINISHED, link_durably, sync_directory, sync_file
from .group_commit import GroupCommit
from .journal import WAITING, Entry, Journal, State
from .lanes import Lane
from .logs import log
from .marks import erase_mark, read_mark
from .reasons import Reason
from .slots import SUFFIX, Slot, Slots
from .stow import StowPart

WORKED_ON = (State.RECEIVED, State.COMPRESSED)
FAULTS_OF_ONE = (sqlite3.IntegrityError, sqlite3.DataError, sqlite3.ProgrammingError)
"""What the journal says of one object; anything else it says of itself, and then nothing more is taken."""


class SpoolInUseError(RuntimeError):
    """Say that another gateway works on this spool."""


class Reception(Enum):
    """What was done with an object that came in."""

    KEPT = "kept"
    ALREADY_HELD = "already held"
    SET_ASIDE = "set aside"


@dataclass(frozen=True)
class Arrival:
    """An object that came in, written in a slot, and what it says it is."""

    slot: Slot
    digest: str
    identity: Identity


@dataclass(frozen=True)
class Marked:
    """A slot on the disk whose mark says what it holds, on its way into the journal."""

    file: str
    size: int
    digest: str
    identity: Identity


def is_spool_in_use(folder: Path) -> bool:
    """Tell whether a gateway works on a spool. Raises OSError when there is none."""
    with (folder / "lock").open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


class Spool:
    """A folder: objects as Part 10 files, a journal of their states, a lock against a second gateway."""

    def __init__(self, folder: Path, *, spared_bytes: int = 0, reserved_bytes: int = 0) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock_file = (folder / "lock").open("w")
        try:
            fcntl.flock(self._lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._lock_file.close()
            raise SpoolInUseError(f"another gateway works on {folder}") from error
        self.path_of_objects = folder / "objects"
        self.path_of_objects.mkdir(exist_ok=True, mode=0o700)
        self.journal = Journal(folder / "journal.sqlite")
        self.journal.make_room()
        self.slots = Slots(self.path_of_objects, spared_bytes=spared_bytes, reserved_bytes=reserved_bytes)
        self._commits = GroupCommit(self._enter_all)
        self._taken: set[int] = set()
        self._lock = threading.Lock()
        self._changed = {state: threading.Condition(self._lock) for state in WORKED_ON}
        self._changes = Counter[State]()
        self._recover()

    def close(self) -> None:
        """Leave the spool to another gateway."""
        self._commits.close()
        self.journal.close()
        self._lock_file.close()

    def keep(self, arrival: Arrival) -> Future[Reception]:
        """Keep an object. When this returns it is on the disk, with a mark that says what it is.

        The journal follows, and what is returned tells what the object was to it: one that it knows is
        ignored, other content under the same identifier is set aside. After a crash the mark is read.
        Raises OSError when the disk does not take it, or the journal does not follow.
        """
        try:
            self._commits.check()
            arrival.slot.sync()
        except BaseException:
            self.slots.drop(arrival.slot)
            raise
        slot = arrival.slot
        slot.close()
        return self._commits.submit(Marked(slot.name, slot.size, arrival.digest, arrival.identity))

    def settle(self) -> bool:
        """Wait until the journal has followed what was kept before; tell whether it has."""
        return self._commits.settle()

    def take(self, state: State, *, limit: int, above: Lane | None = None) -> list[Entry]:
        """Take the most urgent objects, of one lane: nobody else gets them until they are released."""
        with self._lock:
            found = self.journal.list_work(state, limit=limit, above=above, but=self._taken)
            entries = [entry for entry in found if entry.lane is found[0].lane]
            self._taken.update(entry.id for entry in entries)
        return entries

    def release(self, entries: Iterable[Entry]) -> None:
        """Give objects back, for whoever waits for objects in the state they were taken in."""
        given_back = list(entries)
        with self._lock:
            self._taken.difference_update(entry.id for entry in given_back)
        for state in {entry.state for entry in given_back}:
            self._announce(state)

    def changes(self, state: State) -> int:
        """Return how many times objects came into a state to be worked on: what to wait from."""
        return self._changes[state]

    def wait_for_change(self, state: State, since: int, seconds: float) -> None:
        """Sleep until an object has come into a state since then, or for so long."""
        with self._lock:
            self._changed[state].wait_for(lambda: self._changes[state] != since, seconds)

    def path(self, entry: Entry) -> Path:
        """Return where an object's file is."""
        return self.path_of_objects / str(entry.file)

    def size(self, entry: Entry) -> int:
        """Return the size of an object in bytes. Raises OSError."""
        size = self.path(entry).stat().st_size
        return size if entry.size is None else entry.size

    def read(self, entry: Entry) -> tuple[bytes, Part10]:
        """Read an object that waits.

        Raises DamagedFileError when the disk no longer holds what it was given, OSError.
        """
        return read_intact(self.path(entry), size=entry.size, digest=entry.digest)

    def get_ready(self, entry: Entry) -> StowPart:
        """Return an object as it leaves, once its file is found to be what was proven.

        Raises DamagedFileError, OSError.
        """
        path = self.path(entry)
        digest = proven_digest(path.name)
        if digest and digest_file(path) != digest:
            raise DamagedFileError
        return StowPart(path, path.stat().st_size, digest)

    def make_ready(self, entry: Entry, encoded: str | None) -> Entry:
        """Mark an object ready to go, as the durable file of its encoding, or as it is when there is none.

        The file's name holds the digest of what must leave.
        """
        ready = self.journal.move(entry, State.COMPRESSED, file=encoded or self._give_own_file(entry))
        self._forget_file(entry)
        self._announce(State.COMPRESSED)
        return ready

    def move_all(self, entries: Iterable[Entry], to: State) -> list[Entry]:
        """Change the state of several objects in one transaction; acknowledged ones lose their file."""
        held = list(entries)
        with self.journal.transaction():
            moved = [self.journal.move(entry, to) for entry in held]
        if to is State.ACKNOWLEDGED:
            for entry in held:
                self._forget_file(entry)
        return moved

    def set_aside(self, entry: Entry, reason: str) -> None:
        """Keep an object for a person to look at."""
        self.journal.move(entry, State.SET_ASIDE, reason=reason)
        log.warning("object_set_aside", sop_instance_uid=entry.sop_instance_uid, reason=reason)

    def _enter_all(self, group: Sequence[Marked]) -> list[Reception]:
        """Enter a group of objects in the journal, together and synced, or none of them. Raises OSError."""
        try:
            with self.journal.transaction():
                entered = [self._enter(marked) for marked in group]
        except sqlite3.DatabaseError as error:
            if isinstance(error, FAULTS_OF_ONE):
                raise
            raise OSError(errno.EIO, str(error)) from error
        for marked, (reception, replaced) in zip(group, entered, strict=True):
            log.info(
                "object_received",
                sop_instance_uid=marked.identity.sop_instance_uid,
                size=marked.size,
                was=reception.value,
            )
            self._clear_after(marked, reception, replaced)
        return [reception for reception, _replaced in entered]

    def _clear_after(self, marked: Marked, reception: Reception, replaced: Entry | None) -> None:
        """Free what an entry has made useless. What the disk refuses now is found at the next start.

        The journal has it by now: a failure here must not look like a commit to be tried again.
        """
        if reception is not Reception.ALREADY_HELD:
            self._announce(State.RECEIVED)
        try:
            if replaced:
                self._forget_file(replaced)
            if reception is Reception.ALREADY_HELD:
                self.slots.give_back(marked.file)
        except OSError as error:
            log.warning("slot_not_freed", file=marked.file, reason=error.strerror)

    def _enter(self, marked: Marked) -> tuple[Reception, Entry | None]:
        """Decide, inside the transaction, what an object becomes; return the entry whose file it replaces.

        One that was set aside and is sent anew gets another chance; one that is entered already, by a try
        whose end was not seen, keeps its file.
        """
        sop = marked.identity.sop_instance_uid
        held = self.journal.get_live(sop)
        if held and held.digest == marked.digest:
            return _held_as(marked, held, Reception.KEPT), None
        aside = self.journal.get_set_aside(sop, marked.digest)
        if held and aside:
            return _held_as(marked, aside, Reception.SET_ASIDE), None
        if aside:
            self.journal.move(aside, State.RECEIVED, file=marked.file, size=marked.size)
            return Reception.KEPT, aside
        self.journal.add(
            sop=sop,
            study=marked.identity.study_instance_uid,
            digest=marked.digest,
            file=marked.file,
            size=marked.size,
            reason=Reason.OTHER_CONTENT if held else None,
        )
        return (Reception.SET_ASIDE if held else Reception.KEPT), None

    def _recover(self) -> None:
        """Take up where a stop or a crash left off: send again what had no answer, settle strays."""
        with self.journal.transaction():
            for entry in self.journal.list_in(State.SENT):
                self.journal.move(entry, State.COMPRESSED)
        needed = self.journal.list_files()
        present = {path.name: path for path in self.path_of_objects.iterdir()}
        strays = present.keys() - needed
        slots = {name for name in strays if name.endswith(SUFFIX)}
        self._take_up_marked(present[name] for name in slots)
        for name in strays - slots:
            self._settle_stray(present[name])
        for state in WAITING:
            for entry in self.journal.list_in(state):
                if entry.file not in present:
                    self.set_aside(entry, Reason.FILE_MISSING)

    def _take_up_marked(self, slots: Iterable[Path]) -> None:
        """Enter what was acknowledged and had not reached the journal; count the other slots as free.

        In the order in which they came. Synced first: a stop may have come before their sync, and from
        here on the same object sent again is acknowledged without another copy.
        """
        sync_directory(self.path_of_objects)
        free = []
        for path in sorted(slots, key=lambda each: each.stat().st_mtime_ns):
            mark = read_mark(path)
            try:
                part10 = mark and read_intact(path, size=mark.size, digest=mark.digest)[1]
            except DamagedFileError:  # cut while it was written: nobody was told that it is kept
                part10 = None
            if mark and part10:
                sync_file(path)
                self._commits.submit(Marked(path.name, mark.size, mark.digest, Identity.of(part10)))
            else:
                free.append(path.name)
        self.slots.adopt(free)
        self._commits.settle()

    def _settle_stray(self, path: Path) -> None:
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
        if self.journal.get_live(sop):
            path.unlink()
            return
        self.journal.add(sop=sop, study=study, digest=digest_of(content, part10), file=path.name)
        log.info("stray_file_taken_in", sop_instance_uid=sop)

    def _give_own_file(self, entry: Entry) -> str:
        """Give an object that stays as it is a file that holds nothing else, and return its name."""
        path = self.path(entry)
        os.truncate(path, self.size(entry))
        erase_mark(path)
        name = name_ready(digest_file(path))
        link_durably(path, self.path_of_objects / name)
        return name

    def _forget_file(self, entry: Entry) -> None:
        path = self.path(entry)
        if path.suffix == SUFFIX and path.exists():
            self.slots.give_back(path.name)
        else:
            path.unlink(missing_ok=True)

    def _announce(self, state: State) -> None:
        """Wake one worker: it goes on to the next object by itself."""
        with self._lock:
            self._changes[state] += 1
            self._changed[state].notify()


def _held_as(marked: Marked, entry: Entry, reception: Reception) -> Reception:
    """Tell an object that is held already from the one that holds it."""
    return reception if entry.file == marked.file else Reception.ALREADY_HELD
