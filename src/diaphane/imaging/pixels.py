"""Read pixels and other long values from the kept files, by ranges wherever they can be addressed."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO

from pydicom import dcmread
from pydicom.dataset import Dataset

from diaphane_dicom.decode import FrameDescription, UndecodableFrameError
from diaphane_dicom.frames import UnlocatableFramesError, locate_frames, read_frame
from diaphane_dicom.native import transcode_to_native
from diaphane_dicom.part10 import BULK_DATA_THRESHOLD, from_dicom_json

from .keeping import open_object, read_object
from .models import Instance


@dataclass(frozen=True)
class PixelSource:
    """The frames of an object with what decoding them needs."""

    header: Dataset
    transfer_syntax_uid: str
    frames: Sequence[bytes] | None
    instance: Instance

    @property
    def description(self) -> FrameDescription:
        """Return how a frame is encoded.

        Raises:
            UndecodableFrameError: the object is no image.
        """
        return FrameDescription.of(self.header, self.transfer_syntax_uid)

    def read(self, numbers: Sequence[int]) -> Iterator[bytes]:
        """Yield encoded frames by number, from 1."""
        if self.frames is None:
            yield from read_stored_frames(self.instance, numbers)
        else:
            yield from (self.frames[number - 1] for number in numbers)


def read_stored_frames(instance: Instance, numbers: Sequence[int]) -> Iterator[bytes]:
    """Yield frames as they are stored, by number, from 1: one ranged read for each."""
    frames = instance.frames or []
    with open_object(instance.storage_key) as stream:
        for number in numbers:
            yield read_frame(stream, frames[number - 1])


def open_pixels(instance: Instance) -> PixelSource:
    """Prepare to decode frames; where no byte range holds one, the whole object is decoded first.

    Raises:
        UndecodableFrameError: video, or damaged data.
    """
    if instance.frames is not None:
        header = from_dicom_json(json.loads(instance.metadata))
        return PixelSource(header, instance.transfer_syntax_uid, None, instance)
    try:
        native = transcode_to_native(read_object(instance.storage_key))
        index = locate_frames(native)
    except UnlocatableFramesError as error:
        raise UndecodableFrameError(str(error)) from error
    stream = BytesIO(native)
    frames = [read_frame(stream, frame) for frame in index.frames]
    return PixelSource(
        dcmread(BytesIO(native), stop_before_pixels=True), index.transfer_syntax_uid, frames, instance
    )


def read_bulk_data(instance: Instance, *, tag: str, rank: int) -> bytes | None:
    """Return the long binary value that the metadata marked with a tag and a rank, or None."""
    dataset = dcmread(BytesIO(read_object(instance.storage_key)), stop_before_pixels=True)
    values = [
        bytes(element.value)
        for element in dataset.iterall()
        if f"{element.tag:08X}" == tag and _is_long(element.value)
    ]
    return values[rank - 1] if 0 < rank <= len(values) else None


def _is_long(value: object) -> bool:
    """Apply the threshold that the metadata was written with (pydicom counts it in base64)."""
    return isinstance(value, bytes) and len(value) > BULK_DATA_THRESHOLD // 4 * 3
