"""Key images marked in OHIF: which they are, and the documents that it stores by STOW-RS.

The platform writes the document, so that there is one writer of key images (``imaging/key_images.py``); the
viewer stores it as any DICOM system would, under the rights of whoever looks.
"""

from collections.abc import Callable
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from diaphane.acts.models import Act
from diaphane.imaging.documents_read import list_key_images
from diaphane.imaging.key_images import write_key_image, write_withdrawal
from diaphane.imaging.pictures import Picture, find_named_picture
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.kernel.errors import DiaphaneError
from diaphane.organisations.middleware import require_actor
from diaphane.web.films.keys import read_window
from diaphane.web.films.opening import open_images
from diaphane.web.roles import needs


@require_safe
@needs("images.view")
def keys(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """List the key images of an act as OHIF names its images, to professionals (R90)."""
    act, actor = open_images(request, act_id), require_actor(request)
    known = list_key_images(act, actor=actor) if actor.role.is_professional else []
    return _close(
        JsonResponse({"keys": [f"{each.instance.sop_instance_uid}/{each.frame}" for each in known]})
    )


@require_safe
@needs("images.mark")
def selection(request: HttpRequest, act_id: UUID, sop_uid: str, frame: int) -> HttpResponse:
    """Write the document that keeps one frame, counted from 1, in the window that is on the screen."""
    window = read_window(request.GET.get("fenetre", ""))
    return _answer(
        request,
        act_id,
        (sop_uid, frame),
        lambda act, picture, by: write_key_image(act=act, picture=picture, window=window, by=by, at=now()),
    )


@require_safe
@needs("images.mark")
def withdrawal(request: HttpRequest, act_id: UUID, sop_uid: str, frame: int) -> HttpResponse:
    """Write the note that takes one frame back."""
    return _answer(
        request,
        act_id,
        (sop_uid, frame),
        lambda act, picture, by: write_withdrawal(act=act, picture=picture, by=by, at=now()),
    )


def _answer(
    request: HttpRequest,
    act_id: UUID,
    named: tuple[str, int],
    write: Callable[[Act, Picture, Actor], bytes | None],
) -> HttpResponse:
    """Answer a document, 204 where there is nothing to store, or why not."""
    act, by = open_images(request, act_id), require_actor(request)
    picture = find_named_picture(act, sop_instance_uid=named[0], frame=named[1], actor=by)
    if picture is None:
        raise Http404
    try:
        content = write(act, picture, by)
    except DiaphaneError as error:
        return _close(JsonResponse({"error": str(error)}, status=error.status_code))
    if content is None:
        return _close(HttpResponse(status=204))
    return _close(HttpResponse(content, content_type="application/dicom"))


def _close(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    return response
