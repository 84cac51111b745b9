"""Keep files whose blocks the disk has already given, for the objects that come to be written over.

A new file costs the disk its content and a change of the file system; a file that is written over costs its
content alone, and does not wait for what others do to the file system.
"""

import os
import shutil
import threading
import time
import uuid
from collections.abc import Iterable
from errno import ENOSPC
from mmap import ACCESS_READ, mmap
from pathlib import Path

from .durable import sync_directory
from .logs import log
from .marks import Mark, write_mark

SUFFIX = ".slot"
FEWEST_KEPT = 32
USUAL_BYTES = 576 << 10
"""A slice of 512 by 512 with its header."""
LARGEST_KEPT_BYTES = 4 << 20
CALM_SECONDS = 2.0
BLANKED_BYTES = 64 << 10
"""The beginning of an object, where the patient is named."""


class Slot:
    """A file being written over. What it held beyond `size` stays behind it, and means nothing."""

    def __init__(self, path: Path, *, is_new: bool) -> None:
        self.is_new = is_new
        """Whether the disk may still forget its name."""
        self.path = path
        self.size = 0
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    @property
    def name(self) -> str:
        """The name that the journal gives it."""
        return self.path.name

    def write(self, *pieces: bytes | memoryview) -> None:
        """Add pieces of content, all at once. Raises OSError when the disk does not take them."""
        wanted = sum(map(len, pieces))
        written = os.writev(self._descriptor, pieces)
        if written < wanted:  # a disk that fills up takes a part
            rest = memoryview(b"".join(pieces))[written:]
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        self.size += wanted

    def map(self) -> mmap:
        """Show what was written, without a copy."""
        return mmap(self._descriptor, self.size, access=ACCESS_READ)

    def mark(self, digest: str) -> None:
        """Say in the slot itself what it holds, before it is synced. Raises OSError."""
        write_mark(self._descriptor, Mark(self.size, digest))

    def sync(self) -> None:
        """Wait until what was written is on the disk, and the name of a new file too. Raises OSError."""
        os.fdatasync(self._descriptor)
        if self.is_new:
            sync_directory(self.path.parent)
            self.is_new = False

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)


class Slots:
    """The slots of a folder. Those that hold no object are free, and the last one freed is taken first."""

    def __init__(self, folder: Path, *, spared_bytes: int, reserved_bytes: int) -> None:
        self._folder = folder
        self._spared_bytes = spared_bytes
        self._reserved = reserved_bytes // USUAL_BYTES
        self._free: list[str] = []
        self._taken_at = 0.0
        self._lock = threading.Lock()

    def take(self) -> Slot:
        """Open a free slot, or a new one. Raises OSError when the disk has not more left than is spared."""
        if self._is_disk_short(0):
            raise OSError(ENOSPC, os.strerror(ENOSPC))
        with self._lock:
            self._taken_at = time.monotonic()
            name = self._free.pop() if self._free else None
        try:
            return Slot(self._folder / (name or _new_name()), is_new=name is None)
        except OSError:
            if name:  # not lost: it is tried again after the others
                with self._lock:
                    self._free.insert(0, name)
            raise

    @property
    def is_calm(self) -> bool:
        """Tell whether no object has come for a moment."""
        return time.monotonic() - self._taken_at > CALM_SECONDS

    def reserve_one(self) -> bool:
        """Add a free slot of the usual size, unless there are enough or the disk is short; tell whether.

        While objects come the disk is theirs, as long as some slots are left.
        """
        with self._lock:
            is_enough = len(self._free) >= (self._reserved if self.is_calm else self._reserved // 4)
        if is_enough or self._is_disk_short(USUAL_BYTES):
            return False
        slot = Slot(self._folder / _new_name(), is_new=True)
        try:
            slot.write(bytes(USUAL_BYTES))
            slot.sync()
        except OSError:
            self.drop(slot)
            return False
        slot.close()
        with self._lock:
            self._free.insert(0, slot.name)
        return True

    def adopt(self, names: Iterable[str]) -> None:
        """Count as free the slots that a stop left without an object."""
        sync_directory(self._folder)
        for name in names:
            try:
                self.give_back(name)
            except OSError as error:
                log.warning("slot_not_freed", file=name, reason=error.strerror)

    def drop(self, slot: Slot) -> None:
        """Forget what was written in a slot that no object will have."""
        slot.close()
        if slot.is_new:
            slot.path.unlink()
        else:
            self.give_back(slot.name)

    def give_back(self, name: str) -> None:
        """Free a slot: its patient is blanked.

        What is too large, too many or the file of an object by now leaves the slots.
        """
        path = self._folder / name
        status = path.stat()
        with self._lock:
            if name in self._free:  # freed twice, it would be given to two objects
                return
            is_wanted = len(self._free) < max(self._reserved, FEWEST_KEPT)
            if is_wanted and status.st_nlink == 1 and status.st_size <= LARGEST_KEPT_BYTES:
                _blank(path)
                self._free.append(name)
                return
        path.unlink()

    def _is_disk_short(self, wanted: int) -> bool:
        return shutil.disk_usage(self._folder).free < self._spared_bytes + wanted


def _new_name() -> str:
    return f"{uuid.uuid4().hex}{SUFFIX}"


def _blank(path: Path) -> None:
    with path.open("r+b") as stream:
        stream.write(bytes(min(BLANKED_BYTES, path.stat().st_size)))
