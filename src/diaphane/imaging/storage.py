"""Keep objects in a folder so that they survive a power cut, named by their content and nothing else."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage
from django.utils.deconstruct import deconstructible

CHUNK = 1 << 20
_INCOMING = "incoming"


def make_key(sha256: str) -> str:
    """Return where an object is kept: its digest, spread over folders; no identity shows."""
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}.dcm"


def make_incoming_folder() -> Path:
    """Return the folder where transfers are written before they are kept, creating it."""
    folder = Path(settings.OBJECTS) / _INCOMING
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@deconstructible
class DurableFolder(FileSystemStorage):
    """A folder where a file appears whole and synced, or not at all; the same content is written once."""

    @property
    def base_location(self) -> str:
        """Return the configured folder, read at each use."""
        return str(settings.OBJECTS)

    @property
    def location(self) -> str:
        """Return the folder as an absolute path."""
        return os.path.abspath(self.base_location)

    def list_keys(self, *, after: str = "") -> Iterator[str]:
        """Yield the key of every file after one, in order of bytes; what is being written has none."""
        for key in _walk(Path(self.location), "", after):
            if not key.startswith(f"{_INCOMING}/"):
                yield key

    @contextmanager
    def as_file(self, key: str) -> Iterator[Path]:
        """Give an object as a file of this machine, to be read only."""
        yield Path(self.path(key))

    def save(self, name: str | None, content: "File[bytes]", max_length: int | None = None) -> str:  # type: ignore[override]
        """Write, sync, rename, and sync the folder: durable when this returns.

        Raises:
            OSError: no room left, or no right to write; nothing is left behind.
        """
        if name is None:
            raise ValueError("an object is kept under a key")
        target = Path(self.path(name))
        _make_folder(target.parent)
        handle, scratch = tempfile.mkstemp(dir=target.parent, prefix=".writing-")
        try:
            with os.fdopen(handle, "wb") as stream:
                while chunk := content.read(CHUNK):
                    stream.write(chunk)
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(scratch, target)
        except BaseException:
            Path(scratch).unlink(missing_ok=True)
            raise
        _sync_folder(target.parent)
        return name

    def delete(self, name: str) -> None:
        """Remove a file and sync its folder: it does not come back after a power cut."""
        super().delete(name)
        folder = Path(self.path(name)).parent
        if folder.is_dir():
            _sync_folder(folder)


def _walk(folder: Path, prefix: str, after: str) -> Iterator[str]:
    """Yield the keys under a folder, one folder at a time in memory."""
    if not folder.is_dir():
        return
    with os.scandir(folder) as entries:
        names = sorted(f"{each.name}/" if each.is_dir() else each.name for each in entries)
    for key in (f"{prefix}{name}" for name in names if not name.startswith(".")):
        if key.endswith("/"):
            if key > after or after.startswith(key):
                yield from _walk(folder / key[len(prefix) :], key, after)
        elif key > after:
            yield key


def _make_folder(folder: Path) -> None:
    """Create a folder, each new level synced into the one above."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
