"""Keep objects on disk from their arrival until the platform has acknowledged them."""

import errno
import fcntl
import hashlib
import re
import sqlite3
import threading
import uuid
from collections.abc import Iterable
from enum import Enum
from pathlib import Path

from diaphane_dicom.part10 import NotPart10Error, Part10, read_part10

from .durable import UNFINISHED, link_durably, write_durably
from .journal import WAITING, Entry, Journal, State
from .lanes import Lane
from .logs import log
from .reasons import Reason
from .stow import StowPart

READY_NAME = re.compile(r"[0-9a-f]{32}-([0-9a-f]{64})\.dcm")


class DamagedFileError(RuntimeError):
    """Say that a file on the disk is not what was written."""


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
        self._changes = 0
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

    def take(self, state: State, *, limit: int, above: Lane | None = None) -> list[Entry]:
        """Take the most urgent objects, of one lane: nobody else gets them until they are released."""
        with self._changed:
            found = self.journal.list_work(state, limit=limit, above=above, but=self._taken)
            entries = [entry for entry in found if entry.lane is found[0].lane]
            self._taken.update(entry.id for entry in entries)
        return entries

    def release(self, entries: Iterable[Entry]) -> None:
        """Give objects back, and wake whoever waits for work."""
        given_back = {entry.id for entry in entries}
        if given_back:
            with self._changed:
                self._taken -= given_back
            self._announce()

    @property
    def changes(self) -> int:
        """How many times something has changed: what to wait from."""
        return self._changes

    def wait_for_change(self, since: int, seconds: float) -> None:
        """Sleep until something has changed since then, or for so long."""
        with self._changed:
            self._changed.wait_for(lambda: self._changes != since, seconds)

    def read(self, entry: Entry) -> tuple[bytes, Part10]:
        """Read an object to make it ready.

        Raises DamagedFileError when the disk no longer holds what it was given, OSError.
        """
        content = self.path(entry).read_bytes()
        try:
            part10 = read_part10(content)
        except NotPart10Error as error:
            raise DamagedFileError from error
        proven = _proven_digest(entry)  # one that was ready once, then refused
        held = hashlib.sha256(content).hexdigest() if proven else digest_of(content, part10)
        if held != (proven or entry.digest):
            raise DamagedFileError
        return content, part10

    def path(self, entry: Entry) -> Path:
        """Return where an object's file is."""
        return self._objects / str(entry.file)

    def get_ready(self, entry: Entry) -> StowPart:
        """Return an object as it leaves, once its file is found to be what was proven.

        Raises DamagedFileError, OSError.
        """
        path = self.path(entry)
        digest = _proven_digest(entry)
        if digest and _digest_file(path) != digest:
            raise DamagedFileError
        return StowPart(path, path.stat().st_size, digest)

    def make_ready(self, entry: Entry, content: bytes | None) -> Entry:
        """Mark an object ready to go, with its encoded content, or as it is when there is none.

        The file's name then holds the digest of what must leave.
        """
        if content is None:
            name = _ready_name(_digest_file(self.path(entry)))
            link_durably(self.path(entry), self._objects / name)
        else:
            name = _ready_name(hashlib.sha256(content).hexdigest())
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
            self.journal.add(sop=sop, study=study, digest=digest, file=name, reason=Reason.OTHER_CONTENT)
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
                    self.set_aside(entry, Reason.FILE_MISSING)

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
            self._changes += 1
            self._changed.notify_all()


def digest_of(content: bytes, part10: Part10) -> str:
    """Digest what a modality sent: the data set and how it is written, not the file meta around it."""
    length = int(part10.file_meta[0x00020000].value) if 0x00020000 in part10.file_meta else 0
    data_set = content[132 + 12 + length :]
    return hashlib.sha256(part10.transfer_syntax_uid.encode() + b"\0" + data_set).hexdigest()


def _proven_digest(entry: Entry) -> str | None:
    """Return the digest that the name of a file holds since it was made ready."""
    named = READY_NAME.fullmatch(str(entry.file))
    return named[1] if named else None


def _ready_name(digest: str) -> str:
    return f"{uuid.uuid4().hex}-{digest}.dcm"


def _digest_file(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
