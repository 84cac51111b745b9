"""Encode images losslessly in HTJ2K RPCL (PS3.5 §8.2.18) and prove the result before anything is given up."""

import struct
from dataclasses import dataclass
from io import BytesIO

import imagecodecs
import numpy as np
from pydicom import dcmread
from pydicom.dataset import Dataset, FileDataset
from pydicom.encaps import encapsulate, encapsulate_extended
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    HTJ2KLosslessRPCL,
    ImplicitVRLittleEndian,
    RLELossless,
)

from .codestream import COD, RPCL, SIZ, TLM, read_main_header
from .decode import FrameDescription, Pixels, UndecodableFrameError, decode_frame
from .differences import list_differences
from .frames import (
    UnlocatableFramesError,
    drop_offset_tables,
    locate_frames,
    number_of_frames,
    read_frame,
)
from .part10 import READ_ERRORS

ENCODABLE_SYNTAXES = frozenset(
    {ImplicitVRLittleEndian, ExplicitVRLittleEndian, DeflatedExplicitVRLittleEndian, RLELossless}
)
ENCODABLE_PHOTOMETRICS = frozenset({"MONOCHROME1", "MONOCHROME2", "PALETTE COLOR", "RGB", "YBR_FULL"})
LEAST_LEVELS = 5
SMALLEST_RESOLUTION = 64
"""The lowest resolution is at most 64 × 64, so that a prefix of a few kilobytes shows the whole picture."""
BASIC_OFFSET_LIMIT = 1 << 32
REVERSIBLE = 1
COLOUR_CHANGES = {"RGB": "YBR_RCT"}


class NotExactError(ValueError):
    """Say what differs after encoding. The original must be kept and sent."""


@dataclass(frozen=True)
class Transcoded:
    """The bytes to keep, and why they are the original ones when they are."""

    content: bytes
    untouched_because: str | None = None

    @property
    def is_changed(self) -> bool:
        """Tell whether the content is an encoding of the original."""
        return self.untouched_because is None


def transcode_to_htj2k(content: bytes) -> Transcoded:
    """Encode a Part 10 file, or return it untouched with the reason.

    The result has been read back: codestream markers, every pixel and every header element were compared.
    Only the transfer syntax, RGB become YBR_RCT, and the planar configuration differ.
    """
    try:
        original = dcmread(BytesIO(content))
    except READ_ERRORS:
        return Transcoded(content, "the file cannot be read")
    try:
        reason = _why_untouched(original)
        if reason:
            return Transcoded(content, reason)
        frames = decode_all(content, original)
        encoded = _write(content, [encode_frame(frame, is_rgb=_is_rgb(original)) for frame in frames])
        prove_exact(content, encoded, frames)
    except (NotExactError, UndecodableFrameError, UnlocatableFramesError) as error:
        return Transcoded(content, str(error))
    return Transcoded(encoded)


def encode_frame(pixels: Pixels, *, is_rgb: bool = False) -> bytes:
    """Encode one frame: reversible, RPCL, one tile-part per resolution, their lengths in a TLM marker."""
    encoded = imagecodecs.htj2k_encode(
        pixels,
        reversible=True,
        rgb=is_rgb,
        planar=False,
        resolutions=decomposition_levels(*pixels.shape[:2]),
        tlm=True,
        tilepart=imagecodecs.HTJ2K.TILEPART.RESOLUTIONS,
    )
    return bytes(encoded)


def encode_proven_frame(pixels: Pixels, *, is_rgb: bool = False) -> bytes:
    """Encode one frame and decode it again. Raises NotExactError when the pixels differ."""
    encoded = encode_frame(pixels, is_rgb=is_rgb)
    decoded = imagecodecs.htj2k_decode(encoded)
    if decoded.dtype != pixels.dtype or not np.array_equal(decoded.reshape(pixels.shape), pixels):
        raise NotExactError("pixels differ")
    return encoded


def decomposition_levels(rows: int, columns: int) -> int:
    """Return how many times the image is halved."""
    levels = LEAST_LEVELS
    while max(rows, columns) > SMALLEST_RESOLUTION << levels:
        levels += 1
    return levels


def prove_exact(original: bytes, encoded: bytes, frames: list[Pixels]) -> None:
    """Compare an encoded file with its original: markers, pixels, header elements.

    Raises NotExactError at the first difference that is not allowed.
    """
    after = dcmread(BytesIO(encoded))
    description = FrameDescription.of(after, after.file_meta.TransferSyntaxUID)
    ranges = locate_frames(encoded).frames
    if len(ranges) != len(frames):
        raise NotExactError("the number of frames differs")
    stream = BytesIO(encoded)
    for before, where in zip(frames, ranges, strict=True):
        codestream = read_frame(stream, where)
        check_codestream(codestream, before)
        decoded = decode_frame(codestream, description)
        if decoded.dtype != before.dtype or not np.array_equal(decoded, before):
            raise NotExactError("pixels differ")
    differences = list_differences(dcmread(BytesIO(original)), after)
    if differences - _allowed_differences(after):
        raise NotExactError("header elements differ: " + " ".join(sorted(differences)))


def check_codestream(codestream: bytes, pixels: Pixels) -> None:
    """Check SIZ, COD and TLM of a codestream (ISO/IEC 15444-1 annex A). Raises NotExactError."""
    segments = read_main_header(codestream).segments
    try:
        siz, cod = segments[SIZ], segments[COD]
        columns, rows = struct.unpack(">LL", siz[2:10])
        precision = siz[36]
        order, reversible = cod[1], cod[9]
    except (KeyError, IndexError, struct.error) as error:
        raise NotExactError("the codestream has no SIZ or COD marker") from error
    sign = 0x80 if pixels.dtype.kind == "i" else 0
    if (rows, columns) != pixels.shape[:2] or precision != sign | (pixels.dtype.itemsize * 8 - 1):
        raise NotExactError("the codestream has another size or precision")
    if (order, reversible) != (RPCL, REVERSIBLE) or TLM not in segments:
        raise NotExactError("the codestream is not reversible RPCL with a TLM marker")


def _why_untouched(dataset: FileDataset) -> str | None:
    """Say why an object goes as it is, or None when it can be encoded."""
    photometric = dataset.get("PhotometricInterpretation")
    checks = (
        (
            dataset.file_meta.get("TransferSyntaxUID") in ENCODABLE_SYNTAXES,
            "already compressed, or big endian",
        ),
        ("PixelData" in dataset, "no integer pixels"),
        (dataset.get("BitsAllocated") in (8, 16), "neither 8 nor 16 bits"),
        (photometric in ENCODABLE_PHOTOMETRICS, "another photometric interpretation"),
        (dataset.get("SamplesPerPixel") in (1, 3), "neither one nor three samples"),
    )
    return next((reason for is_fine, reason in checks if not is_fine), None)


def _is_rgb(dataset: Dataset) -> bool:
    return bool(dataset.get("PhotometricInterpretation") == "RGB")


def decode_all(content: bytes, dataset: FileDataset) -> list[Pixels]:
    """Decode every frame of an original, from its bytes or, when deflated, from its data set."""
    uid = str(dataset.file_meta.TransferSyntaxUID)
    description = FrameDescription.of(dataset, uid)
    if uid != DeflatedExplicitVRLittleEndian:
        stream, ranges = BytesIO(content), locate_frames(content).frames
        return [decode_frame(read_frame(stream, where), description) for where in ranges]
    size = description.dtype.itemsize * int(np.prod(description.shape))
    value = dataset.PixelData
    count = number_of_frames(dataset)
    if size * count > len(value):
        raise UnlocatableFramesError("pixel data is shorter than its frames")
    return [decode_frame(value[i * size : (i + 1) * size], description) for i in range(count)]


def _write(content: bytes, codestreams: list[bytes]) -> bytes:
    """Write the file anew with encoded pixels, every other element as it was read."""
    dataset = dcmread(BytesIO(content))
    drop_offset_tables(dataset)
    if sum(map(len, codestreams)) < BASIC_OFFSET_LIMIT:
        value = encapsulate(codestreams)
    else:
        value, offsets, lengths = encapsulate_extended(codestreams)
        dataset.ExtendedOffsetTable, dataset.ExtendedOffsetTableLengths = offsets, lengths
    dataset.file_meta.TransferSyntaxUID = HTJ2KLosslessRPCL
    dataset.PixelData = value
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
    photometric = str(dataset.PhotometricInterpretation)
    if photometric in COLOUR_CHANGES:
        dataset.PhotometricInterpretation = COLOUR_CHANGES[photometric]
    if dataset.get("PlanarConfiguration"):
        dataset.PlanarConfiguration = 0
    stream = BytesIO()
    dataset.save_as(stream, implicit_vr=False, little_endian=True)
    return stream.getvalue()


def _allowed_differences(after: Dataset) -> set[str]:
    allowed = {"TransferSyntaxUID", "PixelData", "ExtendedOffsetTable", "ExtendedOffsetTableLengths"}
    if after.get("PlanarConfiguration") == 0:
        allowed.add("PlanarConfiguration")
    if after.get("PhotometricInterpretation") in COLOUR_CHANGES.values():
        allowed.add("PhotometricInterpretation")
    return allowed
