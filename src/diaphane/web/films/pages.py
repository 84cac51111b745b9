"""A first look at the images of an act, before or instead of the full viewer: they show as they arrive."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from diaphane.acts.models import Act
from diaphane.imaging.queries import list_studies, list_studies_shown
from diaphane.kernel.actors import Role
from diaphane.organisations.middleware import require_actor
from diaphane.web.acts.doubts import find_doubts
from diaphane.web.roles import needs

from .opening import open_images
from .pieces import name_first_question


@require_safe
@needs("images.view")
def quick_look(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Show the images of an act in the light viewer, the whole page long."""
    act = open_images(request, act_id)
    actor = require_actor(request)
    if list_studies(act).exists() and not list_studies_shown(act, actor=actor).exists():
        return render(request, "viewer/no_images.html", {"act": act, "is_closed": True})
    context = {
        "act": act,
        "keeps": actor.role is Role.IMAGEUR,
        "doubts": find_doubts(act, actor=actor),
        **locate_films(request, act),
    }
    return render(request, "films/quick_look.html", context)


def locate_films(request: HttpRequest, act: Act) -> dict[str, str]:
    """Return where the films of an act are described, what is asked first, and the stream of what comes."""
    position = getattr(request, "live_position", "")
    return {
        "films_address": reverse("films:films", args=[act.pk]),
        "films_question": name_first_question(act, actor=require_actor(request)),
        "films_live": f"/live?act={act.pk}&after={position}",
    }
