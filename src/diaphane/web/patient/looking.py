"""Who has looked at what is held of me: exam by exam, then outside any exam (R43)."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from diaphane.acts.models import Act
from diaphane.acts.queries import list_acts_of_patient
from diaphane.kernel.errors import NotAllowedError
from diaphane.organisations.middleware import require_actor
from diaphane.reporting.queries import list_reports
from diaphane.web.roles import needs

from .looks import Looks, list_looks, list_other_looks
from .words import name_exam


@dataclass(frozen=True)
class ExamLooks:
    """One exam of mine, made or only asked for, its everyday name, who looked, and whether I was told."""

    act: Act
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
    acts = list_acts_of_patient(actor.patient_id).select_related("request", "requesting_site")
    told = {report.act_id for report in list_reports(actor)}
    exams = [
        ExamLooks(each, name_exam(each.request.exam), list_looks(each.pk, actor=actor), each.pk in told)
        for each in reversed(acts)
    ]
    context = {"exams": exams, "others": list_other_looks(actor.patient_id, actor=actor)}
    return render(request, "patient/looks.html", context)
