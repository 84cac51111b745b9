"""One act's information and agreements, for those who are with the patient."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from diaphane.kernel.actors import Role
from diaphane.organisations.middleware import require_actor
from diaphane.requests.queries import get_request
from diaphane.web.acts.viewing import record_act_view
from diaphane.web.roles import needs

from .describing import describe_agreements


@require_safe
@needs("consent.record")
def agreements(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Show the page, and record that it was seen (R43)."""
    actor = require_actor(request)
    found = get_request(act_id, actor=actor)
    record_act_view(request, found.act)
    back = "technologist:exam" if actor.role is Role.TECHNOLOGIST else "requesting:act"
    return render(request, "consents/agreements.html", describe_agreements(found) | {"back_name": back})
