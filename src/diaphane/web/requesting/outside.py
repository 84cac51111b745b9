"""What an outside service advises on an exam, fetched apart: the page waits for nobody (CDS Hooks 2.0)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from diaphane.organisations.middleware import require_actor
from diaphane.requests.outside_advice import ask_outside
from diaphane.requests.queries import get_request
from diaphane.web.roles import needs


@require_safe
@needs("request.advice")
def advise(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Show the cards of the service, or nothing at all."""
    found = get_request(act_id, actor=require_actor(request))
    return render(request, "requesting/_outside_advice.html", {"cards": ask_outside(found)})
