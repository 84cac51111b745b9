"""The first page after login: each role goes straight to its work."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from diaphane.kernel.actors import Role

_HOMES = {
    Role.REQUESTING_PHYSICIAN: "requesting:list",
    Role.IMAGEUR: "reading_room:list",
}


def home(request: HttpRequest) -> HttpResponse:
    """Redirect to the page of the actor's role."""
    actor = request.actor  # type: ignore[attr-defined]
    name = _HOMES.get(actor.role) if actor else None
    return redirect(name) if name else render(request, "home.html")
