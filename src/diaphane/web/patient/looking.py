"""Who has looked at what is held of me: exam by exam, then outside any exam (R43)."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from diaphane.acquisition.models import Exam
from diaphane.acquisition.queries import list_exams_of_patient
from diaphane.kernel.errors import NotAllowedError
from diaphane.organisations.middleware import require_actor
from diaphane.reporting.queries import list_reports
from diaphane.web.roles import needs

from .looks import Looks, list_looks, list_other_looks
from .words import name_exam


@dataclass(frozen=True)
class ExamLooks:
    """One of my exams, its everyday name, everyone who looked at it, and whether I was told its result."""

    exam: Exam
    name: str
    looks: Looks
    is_told: bool


@require_safe
@needs("patient.read")
def looks(request: HttpRequest) -> HttpResponse:
    """Say who opened what of me, when and why.

    No result is said here: what somebody wrote to open an exam in an emergency waits until I am told (R100).
    """
    actor = require_actor(request)
    if actor.patient_id is None:
        raise NotAllowedError("")
    told = {report.act_id for report in list_reports(actor)}
    exams = [
        ExamLooks(
            each,
            name_exam(each.act.request.exam),
            list_looks(each.act_id, actor=actor),
            each.act_id in told,
        )
        for each in list_exams_of_patient(actor.patient_id)
    ]
    context = {"exams": exams, "others": list_other_looks(actor.patient_id, actor=actor)}
    return render(request, "patient/looks.html", context)
