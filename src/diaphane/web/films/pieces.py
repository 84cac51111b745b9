"""Send pieces of frames, many in one answer: on a distant link a round trip costs more than a piece.

The answer is a row of records, in the order asked: the rank of the piece in the question and its length (two
32-bit numbers, little endian), then its bytes. A length of 0: this piece cannot be had.
"""

import json
import struct
from collections.abc import AsyncIterator, Iterable, Iterator
from itertools import pairwise
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import connections
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from diaphane.imaging.films import find_opening_slice
from diaphane.imaging.pieces import Piece, read_pieces
from diaphane.imaging.shown import Shown
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import DiaphaneError
from diaphane.organisations.middleware import require_actor
from diaphane.web.roles import needs

from .opening import open_images

MOST_PIECES = 4096
SKIPPED = 2
"""A quarter of the resolution is two halvings, as for the viewer."""
AT_LEAST = 64 * 1024
"""Small pieces leave together, so that each passage through the server carries something."""


class MalformedPiecesError(DiaphaneError):
    """What was asked is no list of pieces (400)."""


class PiecesResponse(StreamingHttpResponse):
    """Records sent as they are read; the database was asked before, and is free while they travel."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        super().__init__(write_records(pieces), content_type="application/octet-stream")
        self["Cache-Control"] = "private, no-store"

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Send each group of records as soon as the request's thread has read it."""
        await sync_to_async(connections.close_all)()
        groups = iter(self)
        take = sync_to_async(lambda: next(groups, None))
        while (group := await take()) is not None:
            yield group


@require_POST
@needs("images.view")
def pieces(request: HttpRequest, act_id: UUID) -> HttpResponseBase:
    """Answer pieces; asked by POST because a list of hundreds fits no address, and addresses are logged."""
    return answer_pieces(open_images(request, act_id), request.body, actor=require_actor(request))


def answer_pieces(shown: Shown, question: bytes, *, actor: Actor) -> HttpResponseBase:
    """Answer pieces of what its caller has opened to the reader."""
    return PiecesResponse(read_pieces(shown, read_question(question), actor=actor))


def name_first_question(shown: Shown, *, actor: Actor) -> str:
    """Return the question that the light viewer will ask first, so that its page can ask it at once.

    It is written as the viewer writes it (static/diaphane/films/plan.js): the slice on which it opens, the
    beginning then the rest. Empty where the first picture is no matter of pieces.
    """
    opening = find_opening_slice(shown, actor=actor)
    if opening is None or opening.look is None:
        return ""
    cuts = opening.cuts
    marks: list[int | None] = [0, *cuts[-1 - SKIPPED : -SKIPPED], *(cuts[-1:] or [None])]
    place = [str(opening.instance_id), opening.frame]
    return json.dumps([[*place, start, end] for start, end in pairwise(marks)])


def read_question(body: bytes) -> list[Piece]:
    """Read ``[[instance, frame, start, end or null], …]``.

    Raises:
        MalformedPiecesError
    """
    try:
        asked = [_read_piece(*each) for each in json.loads(body)]
    except (ValueError, TypeError, RecursionError) as error:
        raise MalformedPiecesError(_("This request is malformed.")) from error
    if len(asked) > MOST_PIECES:
        raise MalformedPiecesError(_("This request is malformed."))
    return asked


def write_records(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield records by groups, the first one alone: it is the picture that someone waits for."""
    waiting: list[bytes] = []
    for rank, piece in enumerate(pieces):
        waiting += struct.pack("<LL", rank, len(piece)), piece
        if rank == 0 or sum(map(len, waiting)) >= AT_LEAST:
            yield b"".join(waiting)
            waiting = []
    if waiting:
        yield b"".join(waiting)


def _read_piece(instance_id: str, frame: int, start: int, end: int | None) -> Piece:
    numbers = (frame, start, 0 if end is None else end)
    if not isinstance(instance_id, str) or not all(type(each) is int and each >= 0 for each in numbers):
        raise ValueError(instance_id)
    return Piece(UUID(instance_id), frame, start, end)
