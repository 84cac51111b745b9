"""Keep a copy of my own images, once a person has told me the result (R100)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from diaphane.media.contents import Encoding
from diaphane.organisations.middleware import require_actor
from diaphane.reporting.queries import get_report
from diaphane.web.acts.held import find_held
from diaphane.web.copies.pages import list_copyable, pick_study, send_copy
from diaphane.web.roles import needs

from .words import name_exam


@require_safe
@needs("patient.copy")
def copy(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Say what the copy is, who can open it, and how to keep it."""
    actor = require_actor(request)
    act = get_report(act_id, actor=actor).act
    context = {
        "act": act,
        "name": name_exam(act.request.exam),
        "studies": list_copyable(act, actor=actor),
        "held": find_held(act, actor=actor),
    }
    return render(request, "patient/copy.html", context)


@require_POST
@needs("patient.copy")
def take(request: HttpRequest, act_id: UUID) -> HttpResponseBase:
    """Send my images as files that any hospital can read."""
    actor = require_actor(request)
    act = get_report(act_id, actor=actor).act
    return send_copy(pick_study(act, request.POST.get("study", ""), actor=actor), Encoding.NATIVE, by=actor)
