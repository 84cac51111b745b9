"""Show whose images an act holds, what is doubted, and what was decided."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from diaphane.acts.queries import get_act
from diaphane.organisations.middleware import require_actor
from diaphane.web.acts.viewing import record_act_view
from diaphane.web.roles import needs

from .describing import describe_identity


@require_safe
@needs("images.quarantine")
def show(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Show the identity of the images beside that of the patient, and record that it was seen (R43)."""
    actor = require_actor(request)
    act = get_act(act_id, actor=actor)
    record_act_view(request, act)
    return render(request, "identity/page.html", describe_identity(act, actor=actor))
