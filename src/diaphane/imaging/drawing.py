"""What a viewer needs to draw an object's frames by itself, made ready when the object arrives.

``looks`` are those of ``diaphane_dicom.looks``, one for all frames or one for each. The ``cuts`` of a frame
say how many of its bytes hold each resolution and those below, the last one all; its ``sum`` (CRC-32) is what
the viewer compares before it calls the frame exact, for decoders pass over damage without a word. A frame
stored otherwise than in HTJ2K has neither: it is encoded when it is asked for, whole, and proven then.
"""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO, TypedDict
from zlib import crc32

from pydicom.dataset import Dataset
from pydicom.uid import HTJ2K, HTJ2KLossless, HTJ2KLosslessRPCL

from diaphane_dicom.codestream import locate_prefixes
from diaphane_dicom.decode import DECODABLE, LOSSY_JPEG
from diaphane_dicom.frames import Frame, read_frame
from diaphane_dicom.looks import Look, describe_look
from diaphane_dicom.part10 import Part10, open_source

AS_STORED = frozenset({HTJ2K, HTJ2KLossless, HTJ2KLosslessRPCL})
"""Transfer syntaxes that our own viewer decodes."""
DRAWABLE = DECODABLE - LOSSY_JPEG
"""Those it can be given: a lossy JPEG is smaller, and no less exact, as the picture that it is."""


class Drawing(TypedDict):
    """How the frames of one object are drawn."""

    looks: list[dict[str, object]]
    cuts: list[list[int]]
    sums: list[int | None]


def describe_drawing(content: Path | bytes, part10: Part10, frames: Sequence[Frame] | None) -> Drawing | None:
    """Return how a viewer draws the frames; None where the platform must make pictures of them."""
    if not frames or part10.transfer_syntax_uid not in DRAWABLE:
        return None
    looks = _list_looks(part10.header, part10.transfer_syntax_uid, len(frames))
    if not looks:
        return None
    shown = [asdict(each) for each in looks]
    if part10.transfer_syntax_uid not in AS_STORED:
        return {"looks": shown, "cuts": [[]] * len(frames), "sums": [None] * len(frames)}
    with open_source(content) as stream:
        cuts = [list(_locate_cuts(stream, parts)) for parts in frames]
        sums: list[int | None] = [crc32(read_frame(stream, parts)) for parts in frames]
    return {"looks": shown, "cuts": cuts, "sums": sums}


def _list_looks(header: Dataset, transfer_syntax_uid: str, count: int) -> list[Look]:
    """List the look of each frame, or the one that they share; none when one of them has none."""
    has_own = bool(header.get("PerFrameFunctionalGroupsSequence"))
    found = [
        describe_look(header, transfer_syntax_uid, index=index) for index in range(count if has_own else 1)
    ]
    looks = [each for each in found if each is not None]
    if len(looks) != len(found):
        return []
    return looks[:1] if len(set(looks)) == 1 else looks


def _locate_cuts(stream: BinaryIO, parts: Frame) -> tuple[int, ...]:
    prefixes = locate_prefixes(stream, *parts[0]) if len(parts) == 1 else ()
    return prefixes or (sum(length for _offset, length in parts),)
