"""Decode one frame of any stored transfer syntax into an array (PS3.5 §8 and annex A)."""

from collections.abc import Callable
from dataclasses import dataclass

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import (
    HTJ2K,
    JPEG2000,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    HTJ2KLossless,
    HTJ2KLosslessRPCL,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
    RLELossless,
)

Pixels = NDArray[np.generic]
"""Rows × columns, or rows × columns × samples."""

NATIVE = frozenset(
    {ImplicitVRLittleEndian, ExplicitVRLittleEndian, DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian}
)
LOSSY_JPEG = frozenset({JPEGBaseline8Bit, JPEGExtended12Bit})
FLOAT_KINDS = {32: "f4", 64: "f8"}


class UndecodableFrameError(ValueError):
    """Say why a frame cannot be decoded: an unknown transfer syntax, or damaged data."""


@dataclass(frozen=True)
class FrameDescription:
    """What must be known to read the bytes of a frame (PS3.3 §C.7.6.3).

    Floating point images have no Bits Stored (PS3.3 §C.7.6.24), which tells them apart without their pixels.
    """

    transfer_syntax_uid: str
    rows: int
    columns: int
    samples: int
    bits_allocated: int
    bits_stored: int
    is_signed: bool
    photometric: str
    is_planar: bool
    float_kind: str | None = None

    @classmethod
    def of(cls, header: Dataset, transfer_syntax_uid: str) -> "FrameDescription":
        """Take the description from a header, as read from a file or from the DICOM JSON model.

        Raises UndecodableFrameError when the header does not describe an image.
        """
        try:
            allocated = int(header.BitsAllocated)
            return cls(
                transfer_syntax_uid=transfer_syntax_uid,
                rows=int(header.Rows),
                columns=int(header.Columns),
                samples=int(header.get("SamplesPerPixel") or 1),
                bits_allocated=allocated,
                bits_stored=int(header.get("BitsStored") or allocated),
                is_signed=bool(int(header.get("PixelRepresentation") or 0)),
                photometric=str(header.get("PhotometricInterpretation") or "MONOCHROME2"),
                is_planar=bool(int(header.get("PlanarConfiguration") or 0)),
                float_kind=None if "BitsStored" in header else FLOAT_KINDS.get(allocated),
            )
        except (AttributeError, TypeError, ValueError) as error:
            raise UndecodableFrameError("the header does not describe an image") from error

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the decoded frame."""
        return (self.rows, self.columns) + ((self.samples,) if self.samples > 1 else ())

    @property
    def dtype(self) -> np.dtype[np.generic]:
        """The type of a decoded value, little endian."""
        if self.float_kind:
            return np.dtype(f"<{self.float_kind}")
        return np.dtype(f"<{'i' if self.is_signed else 'u'}{max(1, self.bits_allocated // 8)}")

    @property
    def decoded_photometric(self) -> str:
        """The photometric interpretation after decoding: colour transforms of the codecs are undone."""
        if self.photometric in ("YBR_RCT", "YBR_ICT"):
            return "RGB"
        if self.transfer_syntax_uid in LOSSY_JPEG and self.samples == 3:
            return "RGB"
        return "YBR_FULL" if self.photometric == "YBR_FULL_422" else self.photometric


def decode_frame(encoded: bytes, description: FrameDescription) -> Pixels:
    """Decode the bytes of one frame, colours interleaved, values as allocated.

    Raises UndecodableFrameError.
    """
    decoder = _DECODERS.get(description.transfer_syntax_uid)
    if decoder is None:
        raise UndecodableFrameError(f"no decoder for transfer syntax {description.transfer_syntax_uid}")
    try:
        pixels = decoder(encoded, description)
        return _as_declared(pixels.reshape(description.shape), description)
    except (ValueError, RuntimeError, TypeError, IndexError, AttributeError, NotImplementedError) as error:
        raise UndecodableFrameError(f"damaged or unsupported data: {type(error).__name__}") from error


def significant_bits(pixels: Pixels, description: FrameDescription) -> Pixels:
    """Keep the stored bits of each value and extend their sign: unused bits may hold overlays or rubbish."""
    shift = description.bits_allocated - description.bits_stored
    if shift <= 0 or pixels.dtype.kind not in "iu":
        return pixels
    shifted: Pixels = np.right_shift(np.left_shift(pixels, shift), shift)
    return shifted


def _as_declared(pixels: Pixels, description: FrameDescription) -> Pixels:
    """Give decoded values the declared type; a codec's unsigned values become signed on the stored bits."""
    wanted = description.dtype
    if pixels.dtype.kind == wanted.kind:
        return np.ascontiguousarray(pixels.astype(wanted, copy=False))
    size = wanted.itemsize
    signed = pixels.astype(f"{pixels.dtype.kind}{size}").view(wanted)
    return np.ascontiguousarray(significant_bits(signed, description))


def _decode_native(encoded: bytes, description: FrameDescription) -> Pixels:
    if description.bits_allocated == 1:
        bits = np.unpackbits(np.frombuffer(encoded, np.uint8), bitorder="little")
        return bits[: description.rows * description.columns * description.samples]
    is_big_endian = description.transfer_syntax_uid == ExplicitVRBigEndian
    stored = description.dtype.newbyteorder(">") if is_big_endian else description.dtype
    values = np.frombuffer(encoded, stored)
    if description.photometric == "YBR_FULL_422":
        return _upsample_422(values, description)
    values = values[: int(np.prod(description.shape))]
    if description.samples > 1 and description.is_planar:
        return _interleaved(values, description)
    return values


def _interleaved(values: Pixels, description: FrameDescription) -> Pixels:
    """Bring the samples of each pixel together, from one plane for each."""
    planes = values.reshape(description.samples, description.rows, description.columns)
    return np.moveaxis(planes, 0, -1)


def _upsample_422(values: Pixels, description: FrameDescription) -> Pixels:
    """Repeat the chrominance of each pair of pixels: Y1 Y2 Cb Cr (PS3.3 §C.7.6.3.1.2)."""
    pairs = values[: description.rows * description.columns * 2].reshape(-1, 4)
    return pairs[:, [0, 2, 3, 1, 2, 3]]


def _decode_rle(encoded: bytes, description: FrameDescription) -> Pixels:
    values = np.frombuffer(imagecodecs.dicomrle_decode(encoded, description.dtype), description.dtype)
    return _interleaved(values, description)


def _decode_lossy_jpeg(encoded: bytes, description: FrameDescription) -> Pixels:
    """Decode to RGB. An Adobe marker says which colours were coded; without it the header does."""
    if description.samples != 3:
        return imagecodecs.jpeg8_decode(encoded)
    if b"\xff\xee" in encoded[:1024]:
        return imagecodecs.jpeg8_decode(encoded, outcolorspace="RGB")
    colours = "RGB" if description.photometric == "RGB" else "YCBCR"
    return imagecodecs.jpeg8_decode(encoded, colorspace=colours, outcolorspace="RGB")


def _by(name: str) -> Callable[[bytes, FrameDescription], Pixels]:
    """Make a decoder from a function of imagecodecs that needs nothing but the bytes."""
    codec: Callable[[bytes], Pixels] = getattr(imagecodecs, name)
    return lambda encoded, _description: codec(encoded)


_DECODERS: dict[str, Callable[[bytes, FrameDescription], Pixels]] = {
    **dict.fromkeys(NATIVE, _decode_native),
    **dict.fromkeys(LOSSY_JPEG, _decode_lossy_jpeg),
    RLELossless: _decode_rle,
    JPEGLossless: _by("jpegsof3_decode"),
    JPEGLosslessSV1: _by("jpegsof3_decode"),
    JPEGLSLossless: _by("jpegls_decode"),
    JPEGLSNearLossless: _by("jpegls_decode"),
    JPEG2000Lossless: _by("jpeg2k_decode"),
    JPEG2000: _by("jpeg2k_decode"),
    HTJ2KLossless: _by("htj2k_decode"),
    HTJ2KLosslessRPCL: _by("htj2k_decode"),
    HTJ2K: _by("htj2k_decode"),
}
DECODABLE = frozenset(_DECODERS)
"""Every transfer syntax that ``decode_frame`` reads."""
