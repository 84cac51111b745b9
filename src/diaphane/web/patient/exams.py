"""My exams, and one of them in plain words (R89, R100, R112); who has looked at it (R43)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from diaphane.acquisition.queries import find_exam, list_exams_of_patient
from diaphane.audit.queries import list_views_of_act
from diaphane.delivery.operations import acknowledge
from diaphane.imaging.queries import count_images
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from diaphane.kernel.errors import NotAllowedError
from diaphane.organisations.middleware import require_actor
from diaphane.reporting.queries import get_report, list_reports
from diaphane.web.acts.viewing import record_act_view
from diaphane.web.roles import for_roles


@require_safe
@for_roles(Role.PATIENT)
def home(request: HttpRequest) -> HttpResponse:
    """List my exams: what is planned, what was made, what I can read."""
    actor = require_actor(request)
    readable = {report.act_id: report for report in list_reports(actor).order_by("version")}
    exams = list_exams_of_patient(_patient_id(actor))
    lines = [{"exam": exam, "report": readable.get(exam.act_id)} for exam in exams]
    return render(request, "patient/home.html", {"lines": lines})


@require_safe
@for_roles(Role.PATIENT)
def exam(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Show one exam's result in plain words, its document, its images, and who has looked."""
    actor = require_actor(request)
    report = get_report(act_id, actor=actor)
    record_act_view(request, report.act)
    context = {
        "report": report,
        "act": report.act,
        "exam": find_exam(report.act),
        "image_count": count_images(report.act).verified,
        "views": list_views_of_act(report.act_id),
    }
    return render(request, "patient/exam.html", context)


@require_POST
@for_roles(Role.PATIENT)
def receive(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Say that I have read my report."""
    actor = require_actor(request)
    acknowledge(report=get_report(act_id, actor=actor), by=actor, at=now())
    return redirect("patient:exam", act_id=act_id)


def _patient_id(actor: Actor) -> UUID:
    if actor.patient_id is None:
        raise NotAllowedError("")
    return actor.patient_id
