"""Say how the decoded values of a frame become grey, for a viewer that draws them itself (PS3.3 §C.11)."""

from dataclasses import dataclass

from pydicom.dataset import Dataset

from .decode import FrameDescription, UndecodableFrameError
from .part10 import READ_ERRORS
from .render import gather_transformations, read_window

GREYS = frozenset({"MONOCHROME1", "MONOCHROME2"})
COLOURS = frozenset({"RGB", "YBR_RCT", "YBR_ICT"})
TABLES = ("ModalityLUTSequence", "VOILUTSequence")


@dataclass(frozen=True)
class Look:
    """What drawing a decoded frame needs: its size, how its values are held, its rescale and its window.

    ``window`` is centre and width in rescaled units, or None: the values are then stretched, but for
    ``padding``. ``is_inverted``: the lowest value is white.
    """

    rows: int
    columns: int
    samples: int
    bits_allocated: int
    bits_stored: int
    is_signed: bool
    is_inverted: bool = False
    slope: float = 1.0
    intercept: float = 0.0
    window: tuple[float, float] | None = None
    padding: int | None = None


def describe_look(header: Dataset, transfer_syntax_uid: str, *, index: int = 0) -> Look | None:
    """Describe how one frame, counted from 0, is drawn; None where it takes more than a line and a window.

    Lookup tables, other window functions and other colours are drawn by ``render``, on the server.
    """
    try:
        return _describe(header, FrameDescription.of(header, transfer_syntax_uid), index)
    except (UndecodableFrameError, *READ_ERRORS):
        return None


def _describe(header: Dataset, frame: FrameDescription, index: int) -> Look | None:
    held = (
        frame.rows,
        frame.columns,
        frame.samples,
        frame.bits_allocated,
        frame.bits_stored,
        frame.is_signed,
    )
    if frame.samples == 3:
        is_plain = frame.photometric in COLOURS and frame.bits_allocated == frame.bits_stored == 8
        return Look(*held) if is_plain and not frame.is_signed else None
    lookup = gather_transformations(header, index)
    is_straight = frame.photometric in GREYS and frame.bits_allocated in (8, 16) and not frame.float_kind
    function = str(lookup.get("VOILUTFunction") or "LINEAR")
    if not is_straight or function != "LINEAR" or any(lookup.get(table) for table in TABLES):
        return None
    window, padding = read_window(lookup), lookup.get("PixelPaddingValue")
    return Look(
        *held,
        is_inverted=frame.photometric == "MONOCHROME1",
        slope=float(lookup.get("RescaleSlope") or 1),
        intercept=float(lookup.get("RescaleIntercept") or 0),
        window=None if window is None else (window.center, window.width),
        padding=padding if isinstance(padding, int) else None,
    )
