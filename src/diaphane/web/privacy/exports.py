"""Hand a patient of the site the copy of their data that they asked the site for (R38)."""

from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.patients.queries import get_patient
from diaphane.privacy.export_queries import get_export, list_exports
from diaphane.privacy.exporting import ask_for_export, open_export
from diaphane.privacy.models import DataExport
from diaphane.web.acts.answering import go, is_fragment
from diaphane.web.roles import needs

from .forms import ExportForm
from .objections import describe_objections


@require_safe
@needs("privacy.export")
def exports(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Show the copies made for a patient, how far each is, and ask for another."""
    actor = require_actor(request)
    patient = get_patient(patient_id, actor=actor)
    found = list(list_exports(actor, patient_id=patient_id))
    progress = reverse("privacy:exports", args=[patient_id])
    context = describe_exports(found, file="privacy:export_file", progress=progress)
    template = "privacy/_exports.html" if is_fragment(request) else "privacy/exports.html"
    context |= {"patient": patient, "form": ExportForm(), "objections": describe_objections(patient_id)}
    return render(request, template, context)


@require_POST
@needs("privacy.export")
def ask(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Ask for the copy, with who asked the site for it."""
    reason = ExportForm(request.POST).words()
    ask_for_export(patient_id=patient_id, reason=reason, by=require_actor(request), at=now())
    return go(request, reverse("privacy:exports", args=[patient_id]))


@require_POST
@needs("privacy.export")
def file(request: HttpRequest, export_id: UUID) -> HttpResponseBase:
    """Send the file."""
    actor = require_actor(request)
    return send_export(get_export(export_id, actor=actor), by=actor)


def describe_exports(found: list[DataExport], *, file: str, progress: str) -> dict[str, object]:
    """Return what the list of copies shows: each with the address of its file, and where to ask again."""
    lines = [(each, reverse(file, args=[each.pk])) for each in found]
    is_waiting = any(each.status in ("asked", "failed") for each in found)
    return {"exports": lines, "is_waiting": is_waiting, "progress": progress}


def send_export(export: DataExport, *, by: Actor) -> FileResponse:
    """Answer the file of a copy, under a name that says nothing of its patient."""
    at = now()
    answer = FileResponse(
        open_export(export=export, by=by, at=at), content_type="application/zip", as_attachment=True
    )
    answer["Content-Disposition"] = f'attachment; filename="donnees-{at:%Y%m%d-%H%M}.zip"'
    answer["Content-Length"] = str(export.size)
    answer["Cache-Control"] = "private, no-store"
    return answer
