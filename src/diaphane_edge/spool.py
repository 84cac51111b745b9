"""Keep objects on disk from their arrival until the platform has acknowledged them."""

import errno
import fcntl
import sqlite3
import threading
import uuid
from collections.abc import Iterable
from enum import Enum
from hashlib import sha256
from pathlib import Path

from diaphane_dicom.part10 import NotPart10Error, Part10, read_part10

from .durable import UNFINISHED, write_durably
from .journal import WAITING, Entry, Journal, State
from .logs import log

OTHER_CONTENT = "the same SOP Instance UID came with other content"


class SpoolInUseError(RuntimeError):
    """Say that another gateway works on this spool."""


class Reception(Enum):
    """What was done with an object that came in."""

    KEPT = "kept"
    ALREADY_HELD = "already held"
    SET_ASIDE = "set aside"


class Spool:
    """A folder: objects as Part 10 files, a journal of their states, a lock against a second gateway."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock_file = (folder / "lock").open("w")
        try:
            fcntl.flock(self._lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._lock_file.close()
            raise SpoolInUseError(f"another gateway works on {folder}") from error
        self._objects = folder / "objects"
        self._objects.mkdir(exist_ok=True, mode=0o700)
        self.journal = Journal(folder / "journal.sqlite")
        self._taken: set[int] = set()
        self._changed = threading.Condition()
        self._recover()

    def close(self) -> None:
        """Leave the spool to another gateway."""
        self.journal.close()
        self._lock_file.close()

    def receive(self, content: bytes, part10: Part10) -> Reception:
        """Keep an object. When this returns, file and journal are on the disk.

        The same object is ignored; other content under the same identifier is set aside.
        Raises OSError when the disk does not take it.
        """
        digest = digest_of(content, part10)
        sop, study = part10.sop_instance_uid, part10.study_instance_uid
        held = self.journal.get_live(sop)
        if held and held.digest == digest:
            return Reception.ALREADY_HELD
        name = f"{uuid.uuid4().hex}.dcm"
        write_durably(self._objects / name, content)
        try:
            with self.journal.transaction():
                aside = self.journal.get_set_aside(sop, digest)
                reception = self._enter(sop, study, digest, name, aside)
        except sqlite3.OperationalError as error:
            (self._objects / name).unlink()
            raise OSError(errno.EIO, str(error)) from error
        if reception is Reception.ALREADY_HELD:
            (self._objects / name).unlink()
        elif aside:
            self._forget_file(aside)
        self._announce()
        return reception

    def take(self, state: State, *, limit: int) -> list[Entry]:
        """Take objects to work on: no other thread gets them until they are released."""
        with self._changed:
            entries = self.journal.list_work(state, limit=limit, but=self._taken)
            self._taken.update(entry.id for entry in entries)
        return entries

    def release(self, entries: Iterable[Entry]) -> None:
        """Give objects back, and wake whoever waits for work."""
        given_back = {entry.id for entry in entries}
        if given_back:
            with self._changed:
                self._taken -= given_back
            self._announce()

    def wait_for_change(self, seconds: float) -> None:
        """Sleep until something changes, or for so long."""
        with self._changed:
            self._changed.wait(seconds)

    def read(self, entry: Entry) -> bytes:
        """Read the file of an object. Raises OSError."""
        return (self._objects / str(entry.file)).read_bytes()

    def size(self, entry: Entry) -> int:
        """Return the size of an object's file in bytes. Raises OSError."""
        return (self._objects / str(entry.file)).stat().st_size

    def make_ready(self, entry: Entry, content: bytes | None) -> Entry:
        """Mark an object ready to go, with its encoded content, or as it is when there is none."""
        if content is None:
            return self.journal.move(entry, State.COMPRESSED)
        name = f"{uuid.uuid4().hex}.dcm"
        write_durably(self._objects / name, content)
        ready = self.journal.move(entry, State.COMPRESSED, file=name)
        self._forget_file(entry)
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

    def _enter(self, sop: str, study: str, digest: str, name: str, aside: Entry | None) -> Reception:
        """Decide, inside the transaction, what an object with its file written becomes.

        One that was set aside and is sent anew gets another chance.
        """
        held = self.journal.get_live(sop)
        if (held and held.digest == digest) or (held and aside):
            return Reception.ALREADY_HELD
        if held:
            self.journal.add(sop=sop, study=study, digest=digest, file=name, reason=OTHER_CONTENT)
            return Reception.SET_ASIDE
        if aside:
            self.journal.move(aside, State.RECEIVED, file=name)
        else:
            self.journal.add(sop=sop, study=study, digest=digest, file=name)
        return Reception.KEPT

    def _recover(self) -> None:
        """Take up where a stop or a crash left off: send again what had no answer, settle strays."""
        with self.journal.transaction():
            for entry in self.journal.list_in(State.SENT):
                self.journal.move(entry, State.COMPRESSED)
        needed = self.journal.list_files()
        present = {path.name: path for path in self._objects.iterdir()}
        for name in present.keys() - needed:
            self._settle_stray(present[name])
        for state in WAITING:
            for entry in self.journal.list_in(state):
                if entry.file not in present:
                    self.set_aside(entry, "its file is missing")

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

    def _forget_file(self, entry: Entry) -> None:
        (self._objects / str(entry.file)).unlink(missing_ok=True)

    def _announce(self) -> None:
        with self._changed:
            self._changed.notify_all()


def digest_of(content: bytes, part10: Part10) -> str:
    """Digest what a modality sent: the data set and how it is written, not the file meta around it."""
    length = int(part10.file_meta[0x00020000].value) if 0x00020000 in part10.file_meta else 0
    data_set = content[132 + 12 + length :]
    return sha256(part10.transfer_syntax_uid.encode() + b"\0" + data_set).hexdigest()
