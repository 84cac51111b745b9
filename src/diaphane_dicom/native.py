"""Rewrite any stored object in Explicit VR Little Endian, for clients without more (PS3.18 §8.7.3)."""

import math
from io import BytesIO

from pydicom import dcmread, dcmwrite
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian

from .decode import NATIVE, FrameDescription, Pixels, UndecodableFrameError, decode_frame
from .frames import drop_offset_tables, locate_frames, read_frame

LARGEST_DECODED = 2 << 30
"""In bytes, for all the frames of one object; an explicit length could not hold twice this (PS3.5 §7.1.1)."""


def frame_to_native(encoded: bytes, description: FrameDescription) -> bytes:
    """Decode one frame into the raw little endian bytes of a native frame, colours interleaved."""
    return to_native_bytes(decode_frame(encoded, description))


def to_native_bytes(pixels: Pixels) -> bytes:
    """Return an array's values in little endian, row by row."""
    return pixels.astype(pixels.dtype.newbyteorder("<"), copy=False).tobytes()


def transcode_to_native(content: bytes) -> bytes:
    """Rewrite a Part 10 file in Explicit VR Little Endian, its pixels decoded; already so, return it.

    Raises UndecodableFrameError or UnlocatableFramesError: the caller serves the stored bytes, or refuses.
    """
    dataset = dcmread(BytesIO(content))
    uid = dataset.file_meta.TransferSyntaxUID
    if uid == ExplicitVRLittleEndian:
        return content
    if uid not in NATIVE or uid == ExplicitVRBigEndian:
        description = FrameDescription.of(dataset, str(uid))
        stream = BytesIO(content)
        frames = locate_frames(content).frames
        _refuse_bomb(description, len(frames))
        value = b"".join(frame_to_native(read_frame(stream, where), description) for where in frames)
        drop_offset_tables(dataset)
        dataset.PixelData = value + b"\0" * (len(value) % 2)
        dataset["PixelData"].VR = "OW" if description.bits_allocated > 8 else "OB"
        dataset["PixelData"].is_undefined_length = False
        dataset.PhotometricInterpretation = description.decoded_photometric
        if description.samples > 1:
            dataset.PlanarConfiguration = 0
    if uid == ExplicitVRBigEndian:
        dataset.decode()
        dataset.set_original_encoding(is_implicit_vr=False, is_little_endian=True)
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    target = BytesIO()
    dcmwrite(target, dataset, implicit_vr=False, little_endian=True, enforce_file_format=True)
    return target.getvalue()


def _refuse_bomb(description: FrameDescription, frames: int) -> None:
    """Stop before memory is asked for what a small file announces."""
    if description.dtype.itemsize * math.prod(description.shape) * frames > LARGEST_DECODED:
        raise UndecodableFrameError("the pixels would be larger than what is decoded at once")
