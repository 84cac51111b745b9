"""WADO-RS frames: one ranged read of the stored file each, as stored or decoded (PS3.18 §10.4.1.1.6)."""

from collections.abc import Callable, Iterator

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from diaphane.imaging.models import Instance
from diaphane.imaging.pixels import open_pixels, read_stored_frames
from diaphane.kernel.actors import Actor
from diaphane_dicom.decode import FrameDescription, UndecodableFrameError
from diaphane_dicom.jpeg_ls import frame_to_jpeg_ls
from diaphane_dicom.native import frame_to_native

from .answers import answer_parts, private
from .negotiation import (
    EXPLICIT_LITTLE_ENDIAN,
    JPEG_LS_LOSSLESS,
    MediaRange,
    NotAcceptableError,
    choose_transfer_syntax,
    list_accepted,
)
from .resources import BadRequestError, dicomweb, open_instance, read_natural

FEW_FRAMES = 4
"""So many are read before anything is sent: one answer of a known length, without a thread for each piece."""
OCTETS = "application/octet-stream"
JLS = "image/jls"
MAKERS = {EXPLICIT_LITTLE_ENDIAN: frame_to_native, JPEG_LS_LOSSLESS: frame_to_jpeg_ls}
MEDIA_TYPES = {
    "1.2.840.10008.1.2.4.50": "image/jpeg",
    "1.2.840.10008.1.2.4.51": "image/jpeg",
    "1.2.840.10008.1.2.4.57": "image/jpeg",
    "1.2.840.10008.1.2.4.70": "image/jpeg",
    JPEG_LS_LOSSLESS: JLS,
    "1.2.840.10008.1.2.4.81": JLS,
    "1.2.840.10008.1.2.4.90": "image/jp2",
    "1.2.840.10008.1.2.4.91": "image/jp2",
    "1.2.840.10008.1.2.4.201": "image/jphc",
    "1.2.840.10008.1.2.4.202": "image/jphc",
    "1.2.840.10008.1.2.4.203": "image/jphc",
    "1.2.840.10008.1.2.5": "image/dicom-rle",
}
"""Media type of each compressed transfer syntax (PS3.18 table 8.7.3-5)."""


@dicomweb("GET")
def frames(
    request: HttpRequest, actor: Actor, study_uid: str, series_uid: str, sop_uid: str, numbers: str
) -> HttpResponseBase:
    """Answer frames by number, from 1, in the order asked."""
    instance = open_instance(actor, study_uid, series_uid, sop_uid)
    wanted = read_numbers(numbers, instance.number_of_frames)
    accepted, content_type, syntax = _choose(request, instance, are_several=len(wanted) > 1)
    is_as_stored = syntax == instance.transfer_syntax_uid and instance.frames is not None
    pieces = read_stored_frames(instance, wanted) if is_as_stored else _made(instance, wanted, MAKERS[syntax])
    named = f"{content_type}; transfer-syntax={syntax}"
    if not accepted.is_multipart and accepted.media_type != "*/*":
        return private(HttpResponse(next(pieces), content_type=named))
    return answer_parts(
        ((named, piece) for piece in pieces),
        inner=content_type,
        transfer_syntax=syntax,
        is_small=len(wanted) <= FEW_FRAMES,
    )


def read_number(text: str, count: int) -> int:
    """Read one frame number.

    Raises:
        BadRequestError: not one number.
        Instance.DoesNotExist: the object has no such frame.
    """
    if "," in text:
        raise BadRequestError
    return read_numbers(text, count)[0]


def read_numbers(text: str, count: int) -> list[int]:
    """Read a list of frame numbers.

    Raises:
        BadRequestError: not numbers.
        Instance.DoesNotExist: the object has no such frame.
    """
    numbers = [read_natural(each) for each in text.split(",")]
    if max(numbers) > count:
        raise Instance.DoesNotExist
    return numbers


def _choose(request: HttpRequest, instance: Instance, *, are_several: bool) -> tuple[MediaRange, str, str]:
    """Return the accepted range, the type of each part, and its transfer syntax.

    Raises:
        NotAcceptableError
    """
    stored = instance.transfer_syntax_uid
    image = MEDIA_TYPES.get(stored, "") if instance.frames is not None else ""
    for each in list_accepted(request):
        if are_several and not each.is_multipart and each.media_type != "*/*":
            continue
        if image and each.inner == image and each.transfer_syntax in ("", "*", stored):
            return each, image, stored
        if each.inner == JLS and each.transfer_syntax in ("", "*", JPEG_LS_LOSSLESS):
            return each, JLS, JPEG_LS_LOSSLESS
        if each.inner in (OCTETS, "application/*", "*/*"):
            return each, OCTETS, choose_transfer_syntax(each.transfer_syntax, _addressable(instance))
    raise NotAcceptableError


def _addressable(instance: Instance) -> str:
    """Return the transfer syntax in which frames can be sent without decoding."""
    return EXPLICIT_LITTLE_ENDIAN if instance.frames is None else instance.transfer_syntax_uid


def _made(
    instance: Instance, wanted: list[int], make: Callable[[bytes, FrameDescription], bytes]
) -> Iterator[bytes]:
    """Make each frame; the first one at once, so that what cannot be made is refused, not cut."""
    try:
        source = open_pixels(instance)
        description = source.description
        pieces = (make(each, description) for each in source.read(wanted))
        first = next(pieces)
    except UndecodableFrameError as error:
        raise NotAcceptableError from error

    def all_pieces() -> Iterator[bytes]:
        yield first
        yield from pieces

    return all_pieces()
