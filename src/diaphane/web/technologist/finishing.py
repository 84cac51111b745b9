"""The end of the acquisition, and the dose that an emergency had let wait (R83, R93)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from diaphane.acquisition.models import ExamState
from diaphane.acquisition.operations import finish_acquisition, record_dose_afterwards
from diaphane.acquisition.queries import get_exam
from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.web.roles import needs

from .answers import move_exam, show_invalid
from .finish_form import DoseForm, FinishForm


@require_POST
@needs("exam.finish")
def finish(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Write what was done and say that the acquisition is over."""
    exam = get_exam(act_id, actor=require_actor(request))
    form = FinishForm(exam, request.POST)
    if exam.state == ExamState.IN_PROGRESS and not form.is_valid():
        return show_invalid(request, act_id, form, name="finish_form")
    facts = form.cleaned_data if form.is_valid() else {}
    return move_exam(
        request, act_id, lambda exam, by: finish_acquisition(exam=exam, facts=facts, by=by, at=now())
    )


@require_POST
@needs("exam.dose")
def record_dose(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Write the dose afterwards."""
    form = DoseForm(get_exam(act_id, actor=require_actor(request)), request.POST)
    if not form.is_valid():
        return show_invalid(request, act_id, form, name="dose_form")
    facts = form.cleaned_data
    return move_exam(
        request, act_id, lambda exam, by: record_dose_afterwards(exam=exam, facts=facts, by=by, at=now())
    )
