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
from diaphane_dicom.part10 import Part10

from .digests import DamagedFileError, digest_file, name_ready, proven_digest, read_intact
from .durable import link_durably
from .group_commit import GroupCommit
from .journal import Entry, Journal
from .lanes import Lane
from .logs import log
from .marks import Marked, erase_mark
from .reasons import CONFLICTS
from .recovery import recover, set_aside
from .slots import SUFFIX, Slot, Slots
from .states import FOR_A_PERSON, LEAVING, WAITING, State
from .stow import StowPart

WORKED_ON = (State.RECEIVED, State.DOUBLE, State.COMPRESSED)
HELD = (*LEAVING, State.ACKNOWLEDGED)
FAULTS_OF_ONE = (sqlite3.IntegrityError, sqlite3.DataError, sqlite3.ProgrammingError)
"""What the journal says of one object; anything else it says of itself, and then nothing more is taken."""


class SpoolInUseError(RuntimeError):
    """Say that another gateway works on this spool."""


class Reception(Enum):
    """What was done with an object that came in."""

    KEPT = "kept"
    ALREADY_HELD = "already held"
    TO_COMPARE = "to compare"


@dataclass(frozen=True)
class Arrival:
    """An object that came in, written in a slot, and what it says it is."""

    slot: Slot
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
            raise SpoolInUseError(f"une autre passerelle tourne sur {folder}") from error
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
        recover(self.path_of_objects, self.journal, self.slots, enter=self._enter_found)

    def close(self) -> None:
        """Leave the spool to another gateway."""
        self._commits.close()
        self.journal.close()
        self._lock_file.close()

    def keep(self, arrival: Arrival) -> Future[Reception]:
        """Keep an object. When this returns it is on the disk, with a mark that says what it is.

        The journal follows, and what is returned tells what the object was to it: one that it knows is
        ignored, another data set under the same identifier is compared later. After a crash the mark is read.
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

    def make_ready(self, entry: Entry, encoded: str | None, *, accession_number: str = "") -> Entry:
        """Mark an object ready to go, as the durable file of its encoding, or as it is when there is none.

        The file's name holds the digest of what must leave.
        """
        file = encoded or self._give_own_file(entry)
        ready = self.journal.move(entry, State.COMPRESSED, file=file, accession_number=accession_number)
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

    def set_aside(self, entry: Entry, reason: str, *, accession_number: str = "") -> None:
        """Keep an object for a person to look at."""
        set_aside(self.journal, entry, reason, accession_number=accession_number)

    def accept(self, double: Entry) -> bool:
        """Let an object that came again go its way, unless the first is still on its own; tell whether."""
        with self.journal.transaction():
            if self.journal.get_leaving(double.sop_instance_uid):
                return False
            self.journal.move(double, State.RECEIVED)
        self._announce(State.RECEIVED)
        return True

    def forget(self, entry: Entry) -> None:
        """Forget an object that need not leave: one that is held already, or that a person discarded."""
        if self.journal.forget(entry):
            self._forget_file(entry)

    def _enter_found(self, group: Iterable[Marked]) -> None:
        """Enter what a start found on the disk, as if it had just come."""
        for marked in group:
            self._commits.submit(marked)
        self._commits.settle()

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

        Another data set under an identifier that waits here is compared with it later; the platform judges
        it when the first has left. One that was set aside or discarded and is sent anew gets another chance,
        unless it was found to be other content; one that is entered already, by a try whose end was not
        seen, keeps its file.
        """
        came = self.journal.list_all(marked.identity.sop_instance_uid)
        same = [entry for entry in came if entry.digest == marked.digest]
        others = [entry for entry in came if entry.digest != marked.digest]
        known = min(same, key=lambda entry: entry.state in FOR_A_PERSON, default=None)
        state = State.DOUBLE if any(entry.state in WAITING for entry in others) else State.RECEIVED
        if known and known.file == marked.file:
            return _reception(known.state), None
        if known and _is_settled(known, others):
            return Reception.ALREADY_HELD, None
        if known:
            self.journal.move(known, state, file=marked.file, size=marked.size)
            return _reception(state), known
        self.journal.add(
            sop=marked.identity.sop_instance_uid,
            study=marked.identity.study_instance_uid,
            digest=marked.digest,
            file=marked.file,
            size=marked.size,
            state=state,
        )
        return _reception(state), None

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


def _reception(state: State) -> Reception:
    return Reception.TO_COMPARE if state is State.DOUBLE else Reception.KEPT


def _is_settled(known: Entry, others: Iterable[Entry]) -> bool:
    """Tell whether an object that comes again changes nothing: held, or known to be other content."""
    if known.state not in FOR_A_PERSON:
        return True
    is_conflict = known.state is State.SET_ASIDE and known.reason in CONFLICTS
    return is_conflict and any(entry.state in HELD for entry in others)
