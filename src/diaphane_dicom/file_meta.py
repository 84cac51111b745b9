"""Read and write what comes before a data set: what a file is, without anything else of it (PS3.10 §7.1)."""

import struct
from typing import BinaryIO

from pydicom.dataset import Dataset
from pydicom.filereader import read_dataset
from pydicom.tag import BaseTag

from .identifiers import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME

PREAMBLE_LENGTH = 128
PREFIX = b"DICM"
_SHORT_ELEMENT = struct.Struct("<HH2sH")
_LONG_ELEMENT = struct.Struct("<HH2sxxL")


def has_prefix(stream: BinaryIO) -> bool:
    """Say whether a file begins as DICOM's do, leaving the stream just after the prefix."""
    start = stream.read(PREAMBLE_LENGTH + len(PREFIX))
    return start[PREAMBLE_LENGTH:] == PREFIX


def read_file_meta(stream: BinaryIO) -> Dataset:
    """Read the group 0002 of a stream that stands just after the prefix."""
    return read_dataset(stream, is_implicit_VR=False, is_little_endian=True, stop_when=_is_past_meta)


def encode_file_meta(
    *, sop_class_uid: str, sop_instance_uid: str, transfer_syntax_uid: str, source_ae_title: str
) -> bytes:
    """Write the preamble, the prefix and the file meta information of an object as it came from a sender."""
    elements = b"".join(
        (
            _LONG_ELEMENT.pack(2, 0x0001, b"OB", 2) + b"\0\1",
            _text(0x0002, b"UI", sop_class_uid),
            _text(0x0003, b"UI", sop_instance_uid),
            _text(0x0010, b"UI", transfer_syntax_uid),
            _text(0x0012, b"UI", IMPLEMENTATION_CLASS_UID),
            _text(0x0013, b"SH", IMPLEMENTATION_VERSION_NAME),
            _text(0x0016, b"AE", source_ae_title),
        )
    )
    length = _SHORT_ELEMENT.pack(2, 0x0000, b"UL", 4) + struct.pack("<L", len(elements))
    return b"\0" * PREAMBLE_LENGTH + PREFIX + length + elements


def _text(element: int, vr: bytes, text: str) -> bytes:
    value = text.encode("ascii", "replace")
    padded = value + (b"\0" if vr == b"UI" else b" ") * (len(value) % 2)
    return _SHORT_ELEMENT.pack(2, element, vr, len(padded)) + padded


def _is_past_meta(tag: BaseTag, _vr: str | None, _length: int) -> bool:
    return tag.group != 0x0002
