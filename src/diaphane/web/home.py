"""The first page after login: each role goes straight to its work."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from .navigation import list_links


def home(request: HttpRequest) -> HttpResponse:
    """Redirect to the first page of the actor's role."""
    actor = request.actor  # type: ignore[attr-defined]
    links = list_links(actor.role, path=request.path) if actor else []
    return redirect(links[0].href) if links else render(request, "home.html")
