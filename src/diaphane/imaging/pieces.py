"""Pieces of stored frames, many in one answer: each is one ranged read, cut where its viewer asked."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from uuid import UUID

import structlog

from diaphane.kernel.actors import Actor
from diaphane_dicom.decode import FrameDescription, UndecodableFrameError, decode_frame
from diaphane_dicom.frames import read_frame
from diaphane_dicom.htj2k import NotExactError, encode_proven_frame

from .drawing import AS_STORED
from .keeping import open_object
from .models import Instance
from .pixels import open_pixels
from .shown import Shown, list_shown

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


class Piece(NamedTuple):
    """Bytes of one frame as our viewer takes it: the frame counts from 1, ``end`` None means all."""

    instance_id: UUID
    frame: int
    start: int
    end: int | None


def read_pieces(shown: Shown, pieces: Sequence[Piece], *, actor: Actor) -> Iterator[bytes]:
    """Return the bytes of each piece in the order asked; none for one that the act, or the study, lacks.

    The database is asked at once, the files when the bytes are taken.
    """
    found = _find_instances(shown, {each.instance_id for each in pieces}, actor)
    return (_read(found[each.instance_id], each) if each.instance_id in found else b"" for each in pieces)


def _find_instances(shown: Shown, wanted: set[UUID], actor: Actor) -> dict[UUID, Instance]:
    """Find instances; only those that must be encoded come with their metadata."""
    drawn = list_shown(shown, actor=actor).filter(drawing__isnull=False).defer("drawing", "facts")
    found = drawn.defer("metadata").in_bulk(wanted)
    others = [pk for pk, each in found.items() if each.transfer_syntax_uid not in AS_STORED]
    return found | (drawn.in_bulk(others) if others else {})


def _read(instance: Instance, piece: Piece) -> bytes:
    frames = instance.frames or []
    if not 0 < piece.frame <= len(frames):
        return b""
    if instance.transfer_syntax_uid not in AS_STORED:
        return _encode(instance, piece.frame)[piece.start : piece.end]
    parts = frames[piece.frame - 1]
    try:
        with open_object(instance.storage_key) as stream:
            if len(parts) > 1:
                return read_frame(stream, parts)[piece.start : piece.end]
            return read_frame(stream, [_narrow(parts[0], piece)])
    except OSError:
        log.exception("frame_unreadable", instance_id=str(instance.pk))
        return b""


def _narrow(part: list[int], piece: Piece) -> list[int]:
    """Return the offset and length of a piece within its frame's own."""
    offset, length = part
    start = min(piece.start, length)
    end = length if piece.end is None else min(piece.end, length)
    return [offset + start, max(0, end - start)]


def _encode(instance: Instance, frame: int) -> bytes:
    """Encode a frame stored otherwise, proven exact by decoding; nothing where it cannot be."""
    try:
        source = open_pixels(instance)
        [encoded] = source.read([frame])
        description = FrameDescription.of(source.header, source.transfer_syntax_uid)
        return encode_proven_frame(decode_frame(encoded, description), is_rgb=description.samples == 3)
    except (UndecodableFrameError, NotExactError):
        return b""
