"""Keep an image as a key image from the light viewer, and take it back (imaging/key_images.py)."""

import math
from uuid import UUID

from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from diaphane.acts.models import Act
from diaphane.imaging.documents_read import list_key_images
from diaphane.imaging.key_images import KeptWindow, keep_key_image, release_key_image
from diaphane.imaging.pictures import Picture, find_picture
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.kernel.errors import ConflictError
from diaphane.organisations.middleware import require_actor
from diaphane.web.roles import needs

from .opening import open_images


@require_POST
@needs("images.mark")
def keep(request: HttpRequest, act_id: UUID, instance_id: UUID, frame: int) -> JsonResponse:
    """Keep one frame, counted from 1, in the window that is on the screen."""
    act, actor = open_images(request, act_id), require_actor(request)
    picture = _require_picture(act, instance_id, frame, actor)
    window = read_window(request.POST.get("window", ""))
    keep_key_image(act=act, picture=picture, window=window, by=actor, at=now())
    return _answer(act, actor)


@require_POST
@needs("images.mark")
def release(request: HttpRequest, act_id: UUID, instance_id: UUID, frame: int) -> JsonResponse:
    """Take one frame back."""
    act, actor = open_images(request, act_id), require_actor(request)
    picture = _require_picture(act, instance_id, frame, actor)
    known = list_key_images(act, actor=actor)
    kept = [each for each in known if (each.instance, each.frame) == _place(picture)]
    if not kept:
        raise ConflictError(_("This image is not kept any more."))
    release_key_image(act=act, image=kept[0], by=actor, at=now())
    return _answer(act, actor)


def name_keys(act: Act, actor: Actor) -> list[str]:
    """List the key images of an act as the light viewer names its slices."""
    return [f"{each.instance.pk}/{each.frame}" for each in list_key_images(act, actor=actor)]


def read_window(text: str) -> KeptWindow | None:
    """Read ``center/width``; anything else says no window."""
    try:
        center, width = (float(each) for each in text.split("/"))
    except ValueError:
        return None
    is_sound = math.isfinite(center) and math.isfinite(width) and width > 0
    return KeptWindow(center, width) if is_sound else None


def _require_picture(act: Act, instance_id: UUID, frame: int, actor: Actor) -> Picture:
    found = find_picture(act, instance_id=instance_id, frame=frame, actor=actor)
    if found is None:
        raise Http404
    return found


def _place(picture: Picture) -> tuple[object, int]:
    return picture.instance, picture.frame


def _answer(act: Act, actor: Actor) -> JsonResponse:
    answer = JsonResponse({"keys": name_keys(act, actor)})
    answer["Cache-Control"] = "private, no-store"
    return answer
