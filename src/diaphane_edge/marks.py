"""Mark a slot with what it holds, so that one sync of the disk makes an object and its entry durable.

The mark lies in the preamble of the file, which PS3.10 §7.1 leaves to whoever writes it: the length of the
object, the digest of what the modality sent, and a checksum. It counts until the journal names the slot, and
never leaves the gateway.
"""

import os
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

from diaphane_dicom.data_set import Identity
from diaphane_dicom.file_meta import PREAMBLE_LENGTH

_MAGIC = b"diaphane"
_MARK = struct.Struct(">8sQ32s")
_CHECKSUM = struct.Struct(">L")
_LENGTH = _MARK.size + _CHECKSUM.size
_NO_MARK = bytes(PREAMBLE_LENGTH)


@dataclass(frozen=True)
class Marked:
    """A slot on the disk whose mark says what it holds, on its way into the journal."""

    file: str
    size: int
    digest: str
    identity: Identity


@dataclass(frozen=True)
class Mark:
    """What a slot holds: so many bytes, and the digest of the data set among them, in hexadecimal."""

    size: int
    digest: str


def write_mark(descriptor: int, mark: Mark) -> None:
    """Write a mark over the preamble of an open file. Raises OSError."""
    content = _MARK.pack(_MAGIC, mark.size, bytes.fromhex(mark.digest))
    os.pwrite(descriptor, content + _CHECKSUM.pack(zlib.crc32(content)), 0)


def read_mark(path: Path) -> Mark | None:
    """Return the mark of a file, or None when it has none. Raises OSError."""
    with path.open("rb") as stream:
        content = stream.read(_LENGTH)
    if len(content) < _LENGTH:
        return None
    magic, size, digest = _MARK.unpack_from(content)
    [checksum] = _CHECKSUM.unpack_from(content, _MARK.size)
    if magic != _MAGIC or checksum != zlib.crc32(content[: _MARK.size]):
        return None
    return Mark(size, digest.hex())


def erase_mark(path: Path) -> None:
    """Give a file the empty preamble of what leaves, synced. Raises OSError."""
    descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        os.pwrite(descriptor, _NO_MARK, 0)
        os.fdatasync(descriptor)
    finally:
        os.close(descriptor)


def without_mark(content: bytes) -> bytes:
    """Return the content of a file as it is without its mark."""
    return _NO_MARK + content[PREAMBLE_LENGTH:] if content.startswith(_MAGIC) else content
