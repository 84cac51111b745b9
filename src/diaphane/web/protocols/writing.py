"""Write a protocol, or the next version of one: nobody picks it before it is approved (R69)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.requests.protocol_book import write_protocol
from diaphane.web.acts.answering import go, say_wrong
from diaphane.web.roles import needs

from .book import find_protocol
from .forms import ProtocolForm


@require_http_methods(["GET", "HEAD", "POST"])
@needs("protocol.write")
def write(request: HttpRequest) -> HttpResponse:
    """Show the form, and write what it holds as the next version of its name."""
    actor = require_actor(request)
    if request.method != "POST":
        return render(request, "protocols/write.html", {"form": ProtocolForm(actor=actor)})
    form = ProtocolForm(request.POST, actor=actor)
    if not form.is_valid():
        return say_wrong(request, form)
    written = write_protocol(site_id=form.site_id, terms=form.read(), by=actor, at=now())
    return go(request, reverse("protocols:show", args=[written.pk]))


@require_safe
@needs("protocol.see", "protocol.write")
def write_next(request: HttpRequest, protocol_id: UUID) -> HttpResponse:
    """Show the form filled with a version, to write the next one."""
    found = find_protocol(request, protocol_id)
    form = ProtocolForm.after(found, actor=require_actor(request))
    return render(request, "protocols/write.html", {"form": form, "protocol": found})
