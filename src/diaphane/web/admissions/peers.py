"""Let a system of the hospital send identities, or shut it out (R39)."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from diaphane.admissions.peers import close_peer, open_peer
from diaphane.kernel.clock import now
from diaphane.kernel.errors import ConflictError
from diaphane.organisations.middleware import require_actor
from diaphane.web.acts.answering import go
from diaphane.web.roles import needs

from .forms import PeerForm


@require_http_methods(["GET", "HEAD", "POST"])
@needs("admission.admit")
def open_(request: HttpRequest) -> HttpResponse:
    """Declare a sender."""
    form = PeerForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            open_peer(peer=form.instance, by=require_actor(request), at=now())
            return go(request, reverse("admissions:list"))
        except ConflictError as error:
            form.add_error(None, ValidationError(str(error)))
    status = 422 if form.is_bound else 200
    return render(request, "admissions/open_peer.html", {"form": form}, status=status)


@require_POST
@needs("admission.admit")
def close(request: HttpRequest, peer_id: UUID) -> HttpResponse:
    """Shut a sender out."""
    close_peer(peer_id=peer_id, by=require_actor(request), at=now())
    return go(request, reverse("admissions:list"))
