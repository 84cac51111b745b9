"""A picture of one frame, for what the light viewer does not draw by itself."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from diaphane.imaging.pictures import LONGEST_SIDE, find_picture, render_picture
from diaphane.imaging.shown import Shown
from diaphane.kernel.actors import Actor
from diaphane.organisations.middleware import require_actor
from diaphane.web.roles import needs
from diaphane_dicom.decode import UndecodableFrameError
from diaphane_dicom.render import Window

from .keys import read_window
from .opening import open_images

_KEPT_SECONDS = 600
_SMALL = 320


@require_safe
@needs("images.view")
def picture(request: HttpRequest, act_id: UUID, instance_id: UUID, frame: int) -> HttpResponse:
    """Give one frame, counted from 1, as a JPEG; 404 where no decoder reads it, and the viewer says so.

    ``fenetre`` asks for a window (centre/width), ``vignette`` for a small picture.
    """
    asked = read_window(request.GET.get("fenetre", ""))
    answer = answer_picture(
        open_images(request, act_id),
        instance_id=instance_id,
        frame=frame,
        actor=require_actor(request),
        window=Window(asked.center, asked.width) if asked else None,
        side=_SMALL if "vignette" in request.GET else LONGEST_SIDE,
    )
    answer["Cache-Control"] = f"private, max-age={_KEPT_SECONDS}"
    return answer


def answer_picture(
    shown: Shown,
    *,
    instance_id: UUID,
    frame: int,
    actor: Actor,
    window: Window | None = None,
    side: int = LONGEST_SIDE,
) -> HttpResponse:
    """Give a frame of what its caller has opened to the reader.

    Raises:
        Http404: not among those images, or no decoder reads it.
    """
    found = find_picture(shown, instance_id=instance_id, frame=frame, actor=actor)
    if found is None:
        raise Http404
    try:
        content = render_picture(found, window=window, side=side)
    except UndecodableFrameError as error:
        raise Http404 from error
    return HttpResponse(content, content_type="image/jpeg")
