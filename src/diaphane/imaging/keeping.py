"""Make an object durable before anything is said of it: check, write, sync, read back, compare."""

import hashlib
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.core.files.base import ContentFile, File
from django.core.files.storage import storages

from diaphane_dicom.frames import (
    DamagedPixelsError,
    Frame,
    UnlocatableFramesError,
    locate_frames,
)
from diaphane_dicom.part10 import NotPart10Error, OversizedError, Part10, open_source, read_part10

from .drawing import Drawing, describe_drawing
from .facts import Facts, read_facts
from .headers import (
    BULK_URI,
    StudyIdentity,
    Value,
    read_identity,
    read_integer,
    read_series,
    read_study,
    write_metadata,
)
from .storage import CHUNK, make_key


class UnreadableObjectError(ValueError):
    """What was sent is not a whole DICOM object; its UIDs are known where the header could be read."""

    def __init__(self, reason: str, *, sop_class_uid: str = "", sop_instance_uid: str = "") -> None:
        super().__init__(reason)
        self.sop_class_uid = sop_class_uid
        self.sop_instance_uid = sop_instance_uid


class OversizedObjectError(UnreadableObjectError):
    """A small file would fill the memory once it is read: it is refused before that."""


class NotStoredError(OSError):
    """The file that was read back is not the one that was written: the disk cannot be trusted."""


@dataclass(frozen=True)
class KeptObject:
    """A durable and verified object, with everything that the index needs, its pixels left on disk."""

    identity: StudyIdentity
    study: dict[str, str]
    series_instance_uid: str
    series: dict[str, Value]
    sop_class_uid: str
    sop_instance_uid: str
    sha256: str
    size: int
    storage_key: str
    transfer_syntax_uid: str
    number: int | None
    rows: int | None
    columns: int | None
    bits_allocated: int | None
    frames: list[list[list[int]]] | None
    number_of_frames: int
    facts: Facts
    drawing: Drawing | None
    metadata: str

    @property
    def has_bulk_data(self) -> bool:
        """Say whether the metadata leaves long values at an address."""
        return BULK_URI in self.metadata


def keep_object(content: Path | bytes) -> KeptObject:
    """Write an object to the store and read it back.

    Raises:
        UnreadableObjectError: not a Part 10 file, or pixel data that is cut; nothing was written.
        NotStoredError: what was written cannot be read back as it was.
        OSError: no room left.
    """
    kept = describe_object(content)
    _write(content, kept.storage_key, kept.sha256)
    return kept


def describe_object(content: Path | bytes) -> KeptObject:
    """Read all that the index needs of an object, whether it comes in or is in the store already.

    Raises:
        UnreadableObjectError: not a Part 10 file, or pixel data that is cut.
    """
    part10, frames, count = _examine(content)
    header = part10.header
    return KeptObject(
        identity=read_identity(part10),
        study=read_study(header),
        series_instance_uid=part10.series_instance_uid,
        series=read_series(header),
        sop_class_uid=part10.sop_class_uid,
        sop_instance_uid=part10.sop_instance_uid,
        sha256=part10.sha256,
        size=part10.size,
        storage_key=make_key(part10.sha256),
        transfer_syntax_uid=part10.transfer_syntax_uid,
        number=read_integer(header, "InstanceNumber"),
        rows=read_integer(header, "Rows"),
        columns=read_integer(header, "Columns"),
        bits_allocated=read_integer(header, "BitsAllocated"),
        frames=None if frames is None else [[list(part) for part in frame] for frame in frames],
        number_of_frames=count,
        facts=read_facts(header),
        drawing=describe_drawing(content, part10, frames),
        metadata=write_metadata(header),
    )


def open_object(storage_key: str) -> BinaryIO:
    """Open a kept file for ranged reads."""
    opened: BinaryIO = storages["objects"].open(storage_key)  # type: ignore[assignment]
    return opened


def open_as_file(storage_key: str) -> AbstractContextManager[Path]:
    """Give a kept object as a file of this machine, to be read only."""
    file: AbstractContextManager[Path] = storages["objects"].as_file(storage_key)  # type: ignore[attr-defined]
    return file


def read_object(storage_key: str) -> bytes:
    """Return a kept file."""
    with open_object(storage_key) as stream:
        return stream.read()


def _examine(content: Path | bytes) -> tuple[Part10, tuple[Frame, ...] | None, int]:
    """Read the header and find the frames; None where they cannot be addressed by byte ranges."""
    try:
        part10 = read_part10(content)
    except OversizedError as error:
        raise OversizedObjectError(str(error)) from error
    except NotPart10Error as error:
        raise UnreadableObjectError(str(error)) from error
    try:
        frames = locate_frames(content).frames
    except DamagedPixelsError as error:
        raise UnreadableObjectError(
            str(error), sop_class_uid=part10.sop_class_uid, sop_instance_uid=part10.sop_instance_uid
        ) from error
    except UnlocatableFramesError:
        return part10, None, max(1, read_integer(part10.header, "NumberOfFrames") or 1)
    return part10, frames, len(frames)


def _write(content: Path | bytes, key: str, sha256: str) -> None:
    """Write once, and read back each time: an identical file already there may have rotted."""
    store = storages["objects"]
    if store.exists(key) and _digest(key) == sha256:
        return
    if isinstance(content, bytes):
        store.save(key, ContentFile(content))
    else:
        with open_source(content) as stream:
            store.save(key, File(stream))
    if _digest(key) != sha256:
        raise NotStoredError("the stored object differs from what was received")


def _digest(key: str) -> str:
    digest = hashlib.sha256()
    with open_object(key) as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
