"""The patient's own images in the light viewer, once the result was told (R90, R100)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from diaphane.acts.operations import subject_of
from diaphane.audit.operations import record_view
from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.reporting.queries import get_report
from diaphane.web.acts.held import find_held
from diaphane.web.films.pages import locate_films
from diaphane.web.roles import needs

from .words import name_exam


@require_safe
@needs("patient.images")
def viewer(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Show the images of one exam, to slide through with a finger."""
    actor = require_actor(request)
    report = get_report(act_id, actor=actor)
    record_view("images", by=actor, at=now(), subject=subject_of(report.act))
    name = name_exam(report.act.request.exam)
    held = find_held(report.act, actor=actor)
    context = {"act": report.act, "name": name, "held": held, **locate_films(request, report.act)}
    return render(request, "patient/images.html", context)
