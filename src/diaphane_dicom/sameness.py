"""Say whether two files hold the same object, whatever the transfer syntax of each."""

from io import BytesIO

import numpy as np
from pydicom import dcmread
from pydicom.dataset import FileDataset

from .decode import FrameDescription, Pixels, UndecodableFrameError, decode_frame
from .differences import list_differences
from .frames import UnlocatableFramesError, locate_frames, read_frame
from .part10 import READ_ERRORS

ENCODING = frozenset(
    {
        "TransferSyntaxUID",
        "PixelData",
        "ExtendedOffsetTable",
        "ExtendedOffsetTableLengths",
        "PhotometricInterpretation",
        "PlanarConfiguration",
        "FileMetaInformationVersion",
        "ImplementationClassUID",
        "ImplementationVersionName",
        "SourceApplicationEntityTitle",
    }
)
"""What writing an object otherwise changes: pixels are compared once decoded, not their bytes."""


def is_same_object(one: bytes, other: bytes) -> bool:
    """Compare every element and every decoded pixel; what cannot be decoded is never called the same."""
    try:
        before, after = dcmread(BytesIO(one)), dcmread(BytesIO(other))
        if list_differences(before, after) - ENCODING:
            return False
        return _have_same_pixels(_decode(one, before), _decode(other, after))
    except (*READ_ERRORS, UndecodableFrameError, UnlocatableFramesError):
        return False


def _decode(content: bytes, dataset: FileDataset) -> list[Pixels]:
    found = locate_frames(content)
    if not found.frames:
        return []
    description = FrameDescription.of(dataset, found.transfer_syntax_uid)
    stream = BytesIO(content)
    return [decode_frame(read_frame(stream, where), description) for where in found.frames]


def _have_same_pixels(one: list[Pixels], other: list[Pixels]) -> bool:
    return len(one) == len(other) and all(
        first.dtype == second.dtype and np.array_equal(first, second)
        for first, second in zip(one, other, strict=True)
    )
