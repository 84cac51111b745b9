"""Make a picture of a decoded frame: window, inversion, colours (PS3.3 §C.11, PS3.18 §8.3.5)."""

from collections.abc import MutableSequence
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydicom.dataset import Dataset
from pydicom.pixels.processing import apply_color_lut, apply_modality_lut, apply_voi, convert_color_space

from .decode import FrameDescription, Pixels, decode_frame, significant_bits

Picture = NDArray[np.uint8]
"""Grey (rows × columns) or red, green, blue (rows × columns × 3), 8 bits."""

GREY_TAGS = (
    "RescaleIntercept",
    "RescaleSlope",
    "ModalityLUTSequence",
    "WindowCenter",
    "WindowWidth",
    "VOILUTFunction",
    "VOILUTSequence",
    "PixelPaddingValue",
    "PhotometricInterpretation",
    "PixelRepresentation",
    "BitsStored",
)
FUNCTIONAL_GROUPS = ("PixelValueTransformationSequence", "FrameVOILUTSequence")


@dataclass(frozen=True)
class Window:
    """A window asked by a reader, in the units after the modality transformation (PS3.3 §C.11.2)."""

    center: float
    width: float


def render_frame(
    encoded: bytes, header: Dataset, transfer_syntax_uid: str, *, index: int = 0, window: Window | None = None
) -> Picture:
    """Decode one frame and make it a picture, with the asked window or else the header's.

    `index` counts from 0 and finds the frame's own window in an enhanced object.
    Raises UndecodableFrameError.
    """
    description = FrameDescription.of(header, transfer_syntax_uid)
    pixels = significant_bits(decode_frame(encoded, description), description)
    if description.samples == 3:
        return _colours(pixels, description)
    if description.photometric == "PALETTE COLOR":
        return _palette(pixels, header)
    return _greys(pixels, gather_transformations(header, index), window)


def gather_transformations(header: Dataset, index: int) -> Dataset:
    """Gather the grey transformations of one frame; an enhanced object keeps them in functional groups."""
    gathered = Dataset()
    gathered.set_original_encoding(
        is_implicit_vr=False, is_little_endian=header.original_encoding[1] is not False
    )
    for keyword in GREY_TAGS:
        if keyword in header:
            gathered.add(header[keyword])
    groups = [*header.get("SharedFunctionalGroupsSequence", [])[:1]]
    groups += header.get("PerFrameFunctionalGroupsSequence", [])[index : index + 1]
    for group in groups:
        for keyword in FUNCTIONAL_GROUPS:
            for item in group.get(keyword, [])[:1]:
                gathered.update(item)
    return gathered


def read_window(header: Dataset) -> Window | None:
    """Return the first window that a header offers."""
    if header.get("WindowWidth") is None:
        return None
    return Window(_first(header.WindowCenter), _first(header.WindowWidth))


def encode_png(picture: Picture) -> bytes:
    """Encode a picture without loss."""
    return _encode(picture, "PNG")


def encode_jpeg(picture: Picture, *, quality: int = 90) -> bytes:
    """Encode a picture with loss, for display only."""
    return _encode(picture, "JPEG", quality=quality)


def shrink(picture: Picture, *, width: int, height: int) -> Picture:
    """Reduce a picture to fit in a box, keeping its proportions and never enlarging it."""
    image = Image.fromarray(picture)
    image.thumbnail((width, height), Image.Resampling.LANCZOS)
    return np.asarray(image)


def _greys(pixels: Pixels, header: Dataset, window: Window | None) -> Picture:
    values = apply_modality_lut(pixels, header)
    if window is None and header.get("VOILUTSequence"):
        bits = int(header.VOILUTSequence[0].LUTDescriptor[2])
        unit = apply_voi(values, header) / float((1 << bits) - 1)
    elif (chosen := window or read_window(header)) is None:
        unit = _stretched(values, _shown(values, pixels, header))
    else:
        unit = _windowed(values.astype(np.float64), chosen, str(header.get("VOILUTFunction") or "LINEAR"))
    grey = (np.clip(unit, 0.0, 1.0) * 255 + 0.5).astype(np.uint8)
    is_inverted = header.get("PhotometricInterpretation") == "MONOCHROME1"
    return 255 - grey if is_inverted else grey


def _first(value: object) -> float:
    """Return the first of the windows a header offers."""
    return float(value[0] if isinstance(value, MutableSequence) else str(value))


def _windowed(values: NDArray[np.float64], window: Window, function: str) -> NDArray[np.float64]:
    """Map values to 0…1 by the three functions of PS3.3 §C.11.2.1."""
    center, width = window.center, window.width
    if function == "SIGMOID":
        return 1 / (1 + np.exp(-4 * (values - center) / width))
    if function == "LINEAR_EXACT":
        return (values - center) / max(width, np.finfo(np.float64).tiny) + 0.5
    if width <= 1:
        return (values > center - 0.5).astype(np.float64)
    return (values - (center - 0.5)) / (width - 1) + 0.5


def _shown(values: Pixels, pixels: Pixels, header: Dataset) -> Pixels:
    """Leave out padding, which would flatten the picture."""
    padding = header.get("PixelPaddingValue")
    kept = values[pixels != padding] if isinstance(padding, int) else values
    return kept if kept.size else values


def _stretched(values: Pixels, shown: Pixels) -> NDArray[np.float64]:
    """Map the range of the shown values to 0…1, for want of any window."""
    low, high = float(shown.min()), float(shown.max())
    unit: NDArray[np.float64] = (values.astype(np.float64) - low) / ((high - low) or 1.0)
    return unit


def _colours(pixels: Pixels, description: FrameDescription) -> Picture:
    if description.bits_stored > 8:
        pixels = np.right_shift(pixels, description.bits_stored - 8)
    picture = pixels.astype(np.uint8)
    if description.decoded_photometric == "YBR_FULL":
        return convert_color_space(picture, "YBR_FULL", "RGB")
    return picture


def _palette(pixels: Pixels, header: Dataset) -> Picture:
    colours = apply_color_lut(pixels, header)
    return (colours >> 8).astype(np.uint8) if colours.dtype.itemsize == 2 else colours.astype(np.uint8)


def _encode(picture: Picture, kind: str, **options: int) -> bytes:
    stream = BytesIO()
    Image.fromarray(picture).save(stream, kind, **options)
    return stream.getvalue()
