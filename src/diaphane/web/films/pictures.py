"""A picture of one frame, for what the light viewer does not draw by itself."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from diaphane.imaging.pictures import find_picture, render_picture
from diaphane.organisations.middleware import require_actor
from diaphane_dicom.decode import UndecodableFrameError

from .opening import open_images

_KEPT_SECONDS = 600


@require_safe
def picture(request: HttpRequest, act_id: UUID, instance_id: UUID, frame: int) -> HttpResponse:
    """Give one frame, counted from 1, as a JPEG; 404 where no decoder reads it, and the viewer says so."""
    act = open_images(request, act_id)
    found = find_picture(act, instance_id=instance_id, frame=frame, actor=require_actor(request))
    if found is None:
        raise Http404
    try:
        content = render_picture(found)
    except UndecodableFrameError as error:
        raise Http404 from error
    answer = HttpResponse(content, content_type="image/jpeg")
    answer["Cache-Control"] = f"private, max-age={_KEPT_SECONDS}"
    return answer
