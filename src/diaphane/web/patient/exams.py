"""My exams, and one of them in plain words (R89, R100, R112); who has looked at it (R43)."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from diaphane.acquisition.models import Exam, ExamState
from diaphane.acquisition.queries import find_exam, list_exams_of_patient
from diaphane.delivery.operations import acknowledge
from diaphane.delivery.queries import list_awaited_from
from diaphane.imaging.queries import count_images_shown
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.kernel.errors import NotAllowedError
from diaphane.organisations.middleware import require_actor
from diaphane.reporting.queries import get_report, list_reports
from diaphane.scheduling.models import Appointment
from diaphane.scheduling.queries import get_appointment
from diaphane.web.acts.held import find_held
from diaphane.web.acts.viewing import record_act_view
from diaphane.web.roles import needs

from .looks import list_looks
from .words import name_exam


@dataclass(frozen=True)
class ExamCard:
    """One of my exams: its everyday name, when it is planned, and whether I can read its result."""

    exam: Exam
    name: str
    is_readable: bool
    appointment: Appointment | None

    @property
    def is_without_conclusion(self) -> bool:
        """Say whether no result will follow: the hospital tells what comes next (R95)."""
        return self.exam.state == ExamState.NOT_INTERPRETABLE


@require_safe
@needs("patient.read")
def home(request: HttpRequest) -> HttpResponse:
    """List my exams: what I can read, what was made, what is to come."""
    actor = require_actor(request)
    readable = {report.act_id for report in list_reports(actor)}
    exams = list_exams_of_patient(_patient_id(actor))
    cards = [
        ExamCard(each, name_exam(each.act.request.exam), each.act_id in readable, get_appointment(each.act))
        for each in exams
    ]
    cards.sort(key=lambda card: not card.is_readable)  # what can be read comes first
    return render(request, "patient/home.html", {"cards": cards})


@require_safe
@needs("patient.read")
def exam(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Show one exam's result in plain words, its document, its images, and who has looked."""
    actor = require_actor(request)
    report = get_report(act_id, actor=actor)
    record_act_view(request, report.act)
    context = {
        "report": report,
        "act": report.act,
        "exam": find_exam(report.act),
        "name": name_exam(report.act.request.exam),
        "image_count": count_images_shown(report.act, actor=actor),
        "held": find_held(report.act, actor=actor),
        "looks": list_looks(report.act_id, actor=actor),
        "is_awaited": list_awaited_from(actor, report=report).exists(),
    }
    return render(request, "patient/exam.html", context)


@require_POST
@needs("patient.acknowledge")
def receive(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Say that I have read my report."""
    actor = require_actor(request)
    acknowledge(report=get_report(act_id, actor=actor), by=actor, at=now())
    return redirect("patient:exam", act_id=act_id)


def _patient_id(actor: Actor) -> UUID:
    if actor.patient_id is None:
        raise NotAllowedError("")
    return actor.patient_id
