"""My data: what is held of me, as a copy that I can keep (R38)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from diaphane.kernel.clock import now
from diaphane.kernel.errors import NotAllowedError
from diaphane.organisations.middleware import require_actor
from diaphane.privacy.export_queries import get_export, list_exports
from diaphane.privacy.exporting import ask_for_own_export
from diaphane.web.acts.answering import is_fragment
from diaphane.web.privacy.exports import describe_exports, send_export
from diaphane.web.privacy.objections import change_objection, describe_objections
from diaphane.web.roles import needs


@require_safe
@needs("privacy.export_own")
def data(request: HttpRequest) -> HttpResponse:
    """Say what a copy holds, show mine, and let me ask for one."""
    actor = require_actor(request)
    if actor.patient_id is None:
        raise NotAllowedError("")
    found = list(list_exports(actor, patient_id=actor.patient_id))
    context = describe_exports(found, file="patient:data_file", progress=reverse("patient:data"))
    context["objections"] = describe_objections(actor.patient_id)
    template = "privacy/_exports.html" if is_fragment(request) else "patient/data.html"
    return render(request, template, context)


@require_POST
@needs("privacy.export_own")
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for a copy of everything."""
    ask_for_own_export(by=require_actor(request), at=now())
    return redirect("patient:data")


@require_POST
@needs("privacy.export_own")
def file(request: HttpRequest, export_id: UUID) -> HttpResponseBase:
    """Send the file."""
    actor = require_actor(request)
    return send_export(get_export(export_id, actor=actor), by=actor)


@require_POST
@needs("objection.own")
def object_(request: HttpRequest) -> HttpResponse:
    """Object to a use of my data, or stop objecting."""
    actor = require_actor(request)
    if actor.patient_id is None:
        raise NotAllowedError("")
    change_objection(request, actor.patient_id, by=actor)
    return redirect("patient:data")
