"""WADO-RS rendered and thumbnail: a picture for any browser (PS3.18 §10.4.1.1.4, §8.3.5)."""

import math

from django.http import HttpRequest, HttpResponse

from diaphane.imaging.models import Instance
from diaphane.imaging.pixels import open_pixels
from diaphane.kernel.actors import Actor
from diaphane_dicom.decode import UndecodableFrameError
from diaphane_dicom.render import Window, encode_jpeg, encode_png, render_frame, shrink

from .answers import private
from .frames import read_number
from .negotiation import NotAcceptableError, choose_picture
from .resources import BadRequestError, dicomweb, open_instances, read_natural

THUMBNAIL = (128, 128)
LARGEST_SIDE = 4096


@dicomweb("GET")
def rendered(
    request: HttpRequest,
    actor: Actor,
    study_uid: str,
    series_uid: str = "",
    sop_uid: str = "",
    number: str = "1",
) -> HttpResponse:
    """Answer one frame as a picture: of an instance, or of the middle of a series or study."""
    instance = _choose_instance(actor, study_uid, series_uid, sop_uid)
    size = read_viewport(request.GET.get("viewport", ""))
    return _picture(request, instance, number, size)


@dicomweb("GET")
def thumbnail(
    request: HttpRequest,
    actor: Actor,
    study_uid: str,
    series_uid: str = "",
    sop_uid: str = "",
    number: str = "1",
) -> HttpResponse:
    """Answer a small picture."""
    instance = _choose_instance(actor, study_uid, series_uid, sop_uid)
    size = read_viewport(request.GET.get("viewport", "")) or THUMBNAIL
    return _picture(request, instance, number, size)


def read_window(text: str) -> Window | None:
    """Read ``center,width,function``; none asked means the header's own.

    Raises:
        BadRequestError
    """
    if not text:
        return None
    try:
        center, width = (float(each) for each in text.split(",")[:2])
    except ValueError as error:
        raise BadRequestError from error
    if not (math.isfinite(center) and math.isfinite(width)) or width <= 0:
        raise BadRequestError
    return Window(center, width)


def read_viewport(text: str) -> tuple[int, int] | None:
    """Read ``width,height`` of the wanted picture.

    Raises:
        BadRequestError
    """
    if not text:
        return None
    sides = [read_natural(each) for each in text.split(",")[:2]]
    if len(sides) != 2 or max(sides) > LARGEST_SIDE:
        raise BadRequestError
    return sides[0], sides[1]


def _choose_instance(actor: Actor, study_uid: str, series_uid: str, sop_uid: str) -> Instance:
    found = [each for each in open_instances(actor, study_uid, series_uid, sop_uid) if each.number_of_frames]
    if not found:
        raise Instance.DoesNotExist
    return found[len(found) // 2]


def _picture(
    request: HttpRequest, instance: Instance, number: str, size: tuple[int, int] | None
) -> HttpResponse:
    media_type = choose_picture(request)
    window = read_window(request.GET.get("window", ""))
    wanted = read_number(number, instance.number_of_frames)
    try:
        source = open_pixels(instance)
        encoded = next(source.read([wanted]))
        picture = render_frame(
            encoded, source.header, source.transfer_syntax_uid, index=wanted - 1, window=window
        )
    except UndecodableFrameError as error:
        raise NotAcceptableError from error
    if size is not None:
        picture = shrink(picture, width=size[0], height=size[1])
    content = encode_png(picture) if media_type == "image/png" else encode_jpeg(picture)
    return private(HttpResponse(content, content_type=media_type))
