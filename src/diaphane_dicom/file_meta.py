"""Read the file meta information alone: what a file is, before anything else of it is read (PS3.10 §7.1)."""

from typing import BinaryIO

from pydicom.dataset import Dataset
from pydicom.filereader import read_dataset
from pydicom.tag import BaseTag

PREAMBLE_LENGTH = 128
PREFIX = b"DICM"


def has_prefix(stream: BinaryIO) -> bool:
    """Say whether a file begins as DICOM's do, leaving the stream just after the prefix."""
    start = stream.read(PREAMBLE_LENGTH + len(PREFIX))
    return start[PREAMBLE_LENGTH:] == PREFIX


def read_file_meta(stream: BinaryIO) -> Dataset:
    """Read the group 0002 of a stream that stands just after the prefix."""
    return read_dataset(stream, is_implicit_VR=False, is_little_endian=True, stop_when=_is_past_meta)


def _is_past_meta(tag: BaseTag, _vr: str | None, _length: int) -> bool:
    return tag.group != 0x0002
