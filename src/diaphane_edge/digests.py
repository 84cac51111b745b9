"""Digest what came and what must leave, so that a file the disk has not kept is found out before it does."""

import hashlib
import re
import uuid
from pathlib import Path

from diaphane_dicom.part10 import NotPart10Error, Part10, read_part10

from .marks import without_mark

READY_NAME = re.compile(r"[0-9a-f]{32}-([0-9a-f]{64})\.dcm")


class DamagedFileError(RuntimeError):
    """Say that a file on the disk is not what was written."""


def begin_digest(transfer_syntax_uid: str) -> "hashlib._Hash":
    """Begin the digest of a data set with how it is written."""
    return hashlib.sha256(transfer_syntax_uid.encode() + b"\0")


def digest_of(content: bytes, part10: Part10) -> str:
    """Digest what a modality sent: the data set and how it is written, not the file meta around it."""
    length = int(part10.file_meta[0x00020000].value) if 0x00020000 in part10.file_meta else 0
    digest = begin_digest(part10.transfer_syntax_uid)
    digest.update(content[132 + 12 + length :])
    return digest.hexdigest()


def digest_file(path: Path) -> str:
    """Digest a whole file. Raises OSError."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def name_ready(sha256: str) -> str:
    """Name a file that is ready to leave by the digest of what must leave."""
    return f"{uuid.uuid4().hex}-{sha256}.dcm"


def proven_digest(name: str) -> str | None:
    """Return the digest that the name of a file holds since it was made ready."""
    named = READY_NAME.fullmatch(name)
    return named[1] if named else None


def read_intact(path: Path, *, size: int | None, digest: str) -> tuple[bytes, Part10]:
    """Read an object to make it ready: the first bytes of its file, or all of it.

    Raises DamagedFileError when the disk no longer holds what it was given, OSError.
    """
    with path.open("rb") as stream:
        content = without_mark(stream.read(size))
    try:
        part10 = read_part10(content)
    except NotPart10Error as error:
        raise DamagedFileError from error
    proven = proven_digest(path.name)  # one that was ready once, then refused
    held = hashlib.sha256(content).hexdigest() if proven else digest_of(content, part10)
    if held != (proven or digest):
        raise DamagedFileError
    return content, part10
