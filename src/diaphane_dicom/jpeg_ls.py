"""Encode images in JPEG-LS Lossless for viewers without HTJ2K, and prove each frame exact (PS3.5 §8.2.3)."""

from dataclasses import replace
from io import BytesIO

import imagecodecs
import numpy as np
from pydicom import dcmread, dcmwrite
from pydicom.encaps import encapsulate, encapsulate_extended
from pydicom.uid import JPEGLSLossless

from .decode import FrameDescription, Pixels, UndecodableFrameError, decode_frame
from .frames import locate_frames, read_frame
from .native import transcode_to_native

JPEG_LS = str(JPEGLSLossless)
SAMPLES = frozenset({1, 3})
BITS = frozenset({8, 16})
BASIC_OFFSET_LIMIT = 1 << 32


class UnencodableFrameError(UndecodableFrameError):
    """Say why a frame has no exact JPEG-LS form."""


def frame_to_jpeg_ls(encoded: bytes, description: FrameDescription) -> bytes:
    """Decode one frame and encode it again. Raises UndecodableFrameError."""
    return _encode(decode_frame(encoded, description), description)


def transcode_to_jpeg_ls(content: bytes) -> bytes:
    """Rewrite a Part 10 file in JPEG-LS Lossless; one without pixels comes back in Explicit VR Little Endian.

    Raises UndecodableFrameError or UnlocatableFramesError: the caller serves the stored bytes, or refuses.
    """
    native = transcode_to_native(content)
    dataset = dcmread(BytesIO(native))
    if "PixelData" not in dataset:
        return native
    description = FrameDescription.of(dataset, str(dataset.file_meta.TransferSyntaxUID))
    stream = BytesIO(native)
    frames = [
        frame_to_jpeg_ls(read_frame(stream, where), description) for where in locate_frames(native).frames
    ]
    if sum(map(len, frames)) < BASIC_OFFSET_LIMIT:
        dataset.PixelData = encapsulate(frames)
    else:
        dataset.PixelData, dataset.ExtendedOffsetTable, dataset.ExtendedOffsetTableLengths = (
            encapsulate_extended(frames)
        )
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
    if description.samples > 1:
        dataset.PlanarConfiguration = 0
    dataset.file_meta.TransferSyntaxUID = JPEGLSLossless
    target = BytesIO()
    dcmwrite(target, dataset, implicit_vr=False, little_endian=True, enforce_file_format=True)
    return target.getvalue()


def _encode(pixels: Pixels, description: FrameDescription) -> bytes:
    """Encode all the allocated bits, and decode them again. Raises UnencodableFrameError."""
    if pixels.dtype.kind not in "iu" or description.bits_allocated not in BITS:
        raise UnencodableFrameError(f"{description.bits_allocated} bits allocated")
    if description.samples not in SAMPLES:
        raise UnencodableFrameError(f"{description.samples} samples a pixel")
    unsigned = np.ascontiguousarray(pixels).view(f"u{pixels.dtype.itemsize}")
    try:
        encoded = bytes(imagecodecs.jpegls_encode(unsigned, level=0))
    except RuntimeError as error:
        raise UnencodableFrameError(type(error).__name__) from error
    as_encoded = replace(description, transfer_syntax_uid=JPEG_LS, is_planar=False)
    if not np.array_equal(decode_frame(encoded, as_encoded), pixels):
        raise UnencodableFrameError("pixels differ")
    return encoded
