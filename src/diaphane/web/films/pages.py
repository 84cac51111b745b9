"""A first look at the images of an act, before or instead of the full viewer: they show as they arrive."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from diaphane.organisations.middleware import require_actor
from diaphane.web.acts.doubts import find_doubts

from .opening import open_images


@require_safe
def quick_look(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Show the images of an act in the light viewer, the whole page long."""
    act = open_images(request, act_id)
    doubts = find_doubts(act, actor=require_actor(request))
    return render(request, "films/quick_look.html", {"act": act, "doubts": doubts})
