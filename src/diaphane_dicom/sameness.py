"""Say whether two files hold the same object, whatever the transfer syntax of each."""

from dataclasses import dataclass
from io import BytesIO
from itertools import zip_longest

import numpy as np
from pydicom import dcmread
from pydicom.dataset import Dataset, FileDataset

from .decode import Pixels, UndecodableFrameError
from .differences import list_differences
from .frames import UnlocatableFramesError
from .htj2k import decode_all
from .part10 import READ_ERRORS

WRITER = frozenset(
    {
        "FileMetaInformationVersion",
        "ImplementationClassUID",
        "ImplementationVersionName",
        "SourceApplicationEntityTitle",
    }
)
"""What the file meta says of whoever wrote a file, and not of the object."""
ENCODING = WRITER | frozenset(
    {
        "TransferSyntaxUID",
        "PixelData",
        "ExtendedOffsetTable",
        "ExtendedOffsetTableLengths",
        "PhotometricInterpretation",
        "PlanarConfiguration",
        "DerivationDescription",
        "DerivationCodeSequence",
    }
)
"""What writing an object otherwise changes: pixels are compared once decoded, not their bytes.

An encoder may say that it compressed without loss (PS3.3 §C.7.6.1.1.3); exact pixels prove it.
"""
TRAILING_PADDING = 0xFFFCFFFC


@dataclass(frozen=True)
class Difference:
    """What two files say otherwise: elements by keyword, or by tag in hexadecimal; frames, from 1.

    ``elements`` or ``frames`` is None where they could not be compared.
    """

    elements: frozenset[str] | None
    frames: tuple[int, ...] | None
    number_of_frames: int


def describe_difference(one: bytes, other: bytes) -> Difference:
    """Say which elements and which frames differ, by the same rule as ``is_same_object``."""
    try:
        before, after = dcmread(BytesIO(one)), dcmread(BytesIO(other))
        _forget_padding(before)
        _forget_padding(after)
        elements = frozenset(_list_what_is_said(before, after) - ENCODING)
    except READ_ERRORS:
        return Difference(None, None, 0)
    try:
        return Difference(elements, *_list_differing_frames(_decode(one, before), _decode(other, after)))
    except (*READ_ERRORS, UndecodableFrameError, UnlocatableFramesError):
        return Difference(elements, None, 0)


def is_same_object(one: bytes, other: bytes) -> bool:
    """Compare every element and every decoded pixel; what cannot be decoded is never called the same."""
    try:
        before, after = dcmread(BytesIO(one)), dcmread(BytesIO(other))
        if _list_what_is_said(before, after) - ENCODING:
            _forget_padding(before)
            _forget_padding(after)
        differences = _list_what_is_said(before, after)
        if differences - ENCODING:
            return False
        return not differences - WRITER or _have_same_pixels(_decode(one, before), _decode(other, after))
    except (*READ_ERRORS, UndecodableFrameError, UnlocatableFramesError):
        return False


def _list_what_is_said(before: FileDataset, after: FileDataset) -> set[str]:
    return list_differences(before, after, is_vr_counted=False)


def _forget_padding(dataset: Dataset) -> None:
    """Forget group lengths and padding, which say nothing of an object (PS3.5 §7.2), in sequences too."""
    for tag in [each for each in list(dataset.keys()) if each.element == 0 or each == TRAILING_PADDING]:
        del dataset[tag]
    for element in dataset:
        for item in element.value if element.VR == "SQ" else ():
            _forget_padding(item)


def _decode(content: bytes, dataset: FileDataset) -> list[Pixels]:
    return decode_all(content, dataset) if "PixelData" in dataset else []


def _have_same_pixels(one: list[Pixels], other: list[Pixels]) -> bool:
    return len(one) == len(other) and not _list_differing_frames(one, other)[0]


def _list_differing_frames(one: list[Pixels], other: list[Pixels]) -> tuple[tuple[int, ...], int]:
    """Return the frames that differ or that one lacks, from 1, and how many there are."""
    pairs = list(zip_longest(one, other))
    differing = (number for number, pair in enumerate(pairs, 1) if not _is_same_frame(*pair))
    return tuple(differing), len(pairs)


def _is_same_frame(one: Pixels | None, other: Pixels | None) -> bool:
    if one is None or other is None:
        return False
    return one.dtype == other.dtype and np.array_equal(one, other)
