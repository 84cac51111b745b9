"""Locate the frames of a Part 10 file, so that each is served by one ranged read (PS3.5 §A.4 and annex A)."""

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import SEEK_END
from pathlib import Path
from typing import BinaryIO, NamedTuple

from pydicom import dcmread
from pydicom.dataset import Dataset, FileDataset
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian

from .part10 import open_source

ITEM = 0xFFFEE000
SEQUENCE_DELIMITER = 0xFFFEE0DD
UNDEFINED_LENGTH = 0xFFFFFFFF
STARTS_OF_IMAGE = (b"\xff\xd8", b"\xff\x4f")
"""First bytes of a JPEG or JPEG-LS frame (SOI) and of a JPEG 2000 or HTJ2K one (SOC)."""
PIXEL_TAGS = (0x7FE00008, 0x7FE00009, 0x7FE00010)
PIXEL_VRS = (b"", b"OB", b"OW", b"OF", b"OD", b"UN")
NATIVE_BITS_ALLOCATED = {0x7FE00008: 32, 0x7FE00009: 64}

Part = tuple[int, int]
"""Offset in the file and length, in bytes."""
Frame = tuple[Part, ...]
"""The parts of one frame: one part, except where a modality cut an encapsulated frame into fragments."""


class UnlocatableFramesError(ValueError):
    """Say why the frames of a file cannot be addressed by byte ranges: the whole file must be decoded."""


class DamagedPixelsError(UnlocatableFramesError):
    """Say why pixel data is not whole: the object must not be taken for a good one."""


@dataclass(frozen=True)
class FrameIndex:
    """Where the frames of a file are."""

    transfer_syntax_uid: str
    frames: tuple[Frame, ...]


def locate_frames(source: Path | bytes) -> FrameIndex:
    """Find the byte ranges of every frame; an object without pixels has none.

    Raises UnlocatableFramesError for deflated data, video, frames not aligned on bytes, and damaged data.
    """
    with open_source(source) as stream:
        header = dcmread(stream, stop_before_pixels=True)
        uid = str(header.file_meta.TransferSyntaxUID)
        if uid == DeflatedExplicitVRLittleEndian:
            raise UnlocatableFramesError("the data set is deflated")
        element = _read_pixel_element(stream, header)
        if element.tag not in PIXEL_TAGS:
            return FrameIndex(uid, ())
        if element.length == UNDEFINED_LENGTH:
            return FrameIndex(uid, _encapsulated(stream, header))
        if element.vr not in PIXEL_VRS:
            raise UnlocatableFramesError("pixel data is not written as its transfer syntax says")
        if uid == ExplicitVRBigEndian and element.vr == b"OW" and header.get("BitsAllocated") == 8:
            raise UnlocatableFramesError("single bytes are swapped in big endian words")
        frames = _native(stream.tell(), element, header)
        if frames[-1][0][0] + frames[-1][0][1] > stream.seek(0, SEEK_END):
            raise DamagedPixelsError("the file is cut")
        return FrameIndex(uid, frames)


def read_frame(stream: BinaryIO, frame: Sequence[Sequence[int]]) -> bytes:
    """Read one frame from an open file: one ranged read for each of its parts, almost always one."""
    pieces = []
    for offset, length in frame:
        stream.seek(offset)
        pieces.append(stream.read(length))
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def number_of_frames(header: FileDataset) -> int:
    """Return how many frames a header announces: one when it does not say, or says it badly."""
    try:
        return max(1, int(header.get("NumberOfFrames") or 1))
    except (TypeError, ValueError):
        return 1


def drop_offset_tables(dataset: Dataset) -> None:
    """Remove the extended offset table of pixels about to be encoded anew."""
    for keyword in ("ExtendedOffsetTable", "ExtendedOffsetTableLengths"):
        if keyword in dataset:
            del dataset[keyword]


class _Element(NamedTuple):
    """The beginning of a data element."""

    tag: int
    vr: bytes
    length: int


def _read_pixel_element(stream: BinaryIO, header: FileDataset) -> _Element:
    """Read the beginning of the pixel data, where pydicom stopped, leaving the stream at its value."""
    is_implicit, is_little_endian = header.original_encoding
    order = "<" if is_little_endian else ">"
    start = stream.read(8 if is_implicit else 12)
    if len(start) not in (8, 12):
        return _Element(0, b"", 0)
    group, element = struct.unpack(f"{order}HH", start[:4])
    length: int = struct.unpack(f"{order}L", start[-4:])[0]
    return _Element(group << 16 | element, b"" if is_implicit else start[4:6], length)


def _native(start: int, element: _Element, header: FileDataset) -> tuple[Frame, ...]:
    count = number_of_frames(header)
    try:
        allocated = NATIVE_BITS_ALLOCATED.get(element.tag) or int(header.BitsAllocated)
        samples = int(header.get("SamplesPerPixel") or 1)
        is_subsampled = header.get("PhotometricInterpretation") == "YBR_FULL_422"
        bits = int(header.Rows) * int(header.Columns) * (2 if is_subsampled else samples) * allocated
    except (AttributeError, TypeError, ValueError) as error:
        raise UnlocatableFramesError("the header does not describe an image") from error
    if bits % 8 and count > 1:
        raise UnlocatableFramesError("frames do not begin on a byte")
    size = (bits + 7) // 8
    if size * count > element.length:
        raise DamagedPixelsError("pixel data is shorter than its frames")
    return tuple(((start + i * size, size),) for i in range(count))


def _encapsulated(stream: BinaryIO, header: FileDataset) -> tuple[Frame, ...]:
    items = _scan_items(stream)
    if not items:
        raise DamagedPixelsError("there is no basic offset table")
    (table_offset, table_length), fragments = items[0], items[1:]
    first = table_offset + table_length
    count = number_of_frames(header)
    if not fragments:
        raise DamagedPixelsError("there is no fragment")
    if count == 1:
        return (tuple(fragments),)
    if len(fragments) == count:
        return tuple((part,) for part in fragments)
    stream.seek(table_offset)
    offsets = _extended_offsets(header) or _basic_offsets(stream.read(table_length))
    starts = {first + offset for offset in offsets}
    frames = _split(fragments, lambda offset: offset - 8 in starts)
    if len(frames) != count:
        frames = _split(fragments, lambda offset: _begins_image(stream, offset))
    if len(frames) != count:
        raise UnlocatableFramesError("fragments do not correspond to frames")
    return frames


def _scan_items(stream: BinaryIO) -> list[Part]:
    """List the values of the items up to the sequence delimiter, the basic offset table first."""
    items: list[Part] = []
    here = stream.tell()
    end = stream.seek(0, SEEK_END)
    stream.seek(here)
    while len(start := stream.read(8)) == 8:
        group, element, length = struct.unpack("<HHL", start)
        tag = group << 16 | element
        if tag == SEQUENCE_DELIMITER:
            return items
        if tag != ITEM or stream.tell() + length > end:
            break
        items.append((stream.tell(), length))
        stream.seek(length, 1)
    raise DamagedPixelsError("encapsulated pixel data is cut or damaged")


def _extended_offsets(header: FileDataset) -> tuple[int, ...]:
    table = header.get("ExtendedOffsetTable") or b""
    return struct.unpack(f"<{len(table) // 8}Q", table[: len(table) // 8 * 8])


def _basic_offsets(table: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(table) // 4}L", table[: len(table) // 4 * 4])


def _begins_image(stream: BinaryIO, offset: int) -> bool:
    stream.seek(offset)
    return stream.read(2) in STARTS_OF_IMAGE


def _split(fragments: list[Part], begins_frame: Callable[[int], bool]) -> tuple[Frame, ...]:
    """Group fragments into frames, each starting where `begins_frame` says so of a fragment's offset."""
    frames: list[list[Part]] = []
    for part in fragments:
        if begins_frame(part[0]):
            frames.append([])
        if not frames:
            return ()
        frames[-1].append(part)
    return tuple(tuple(frame) for frame in frames)
