"""Say whether two files hold the same object, whatever the transfer syntax of each."""

from io import BytesIO

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
    return len(one) == len(other) and all(
        first.dtype == second.dtype and np.array_equal(first, second)
        for first, second in zip(one, other, strict=True)
    )
