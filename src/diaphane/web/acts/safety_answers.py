"""Answer the safety questions on a request that was sent: the demandeur's page and the imageur's agree."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from diaphane.acquisition.asking import Told, note_new_fact
from diaphane.acquisition.queries import find_exam
from diaphane.acquisition.transitions import BEFORE_START
from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.requests.answering import answer_safety
from diaphane.requests.models import ExamRequest, RequestState
from diaphane.requests.queries import get_request
from diaphane.requests.safety import judge_request
from diaphane.requests.transitions import REVIEWED

from .safety import describe
from .safety_form import SafetyForm


def keep_sent_answers(request: HttpRequest, found: ExamRequest) -> SafetyForm:
    """Keep the answers that were sent, all of them or none, and return their form.

    Raises:
        NotAllowedError, ConflictError, GuardError: see ``answer_safety``; once validated, ``note_new_fact``.
    """
    at = now()
    form = SafetyForm(found, judge_request(found, at=at), data=request.POST)
    if form.is_valid():
        by, exam = require_actor(request), find_exam(found.act)
        if exam is not None and found.state == RequestState.VALIDATED:
            note_new_fact(exam=exam, told=Told(form.answers, form.informant), by=by, at=at)
        else:
            answer_safety(request=found, answers=form.answers, informant=form.informant, by=by, at=at)
    return form


def takes_answers(found: ExamRequest) -> bool:
    """Say whether a request that was sent still takes answers: until it is decided, or its exam starts."""
    if found.state != RequestState.VALIDATED:
        return found.state in REVIEWED
    exam = find_exam(found.act)
    return exam is not None and exam.state in BEFORE_START


def describe_questions(request: HttpRequest, found: ExamRequest) -> dict[str, object]:
    """Return what a page needs to show the findings and to ask the questions."""
    safety = judge_request(found, at=now())
    form = SafetyForm(found, safety)
    return {
        "safety": describe(found, safety),
        "safety_form": form,
        "asks_safety": takes_answers(found) and bool(safety.to_ask),
        "changed_slots": form.list_changed_slots(request.POST.get("safety_shown", form.shown)),
    }


def say_kept(request: HttpRequest, act_id: UUID, form: SafetyForm) -> HttpResponse:
    """Say what the findings are now, or what is wrong at its field; the rest of the page stays as typed."""
    found = get_request(act_id, actor=require_actor(request))
    context = describe_questions(request, found) | {"exam_request": found}
    if form.is_valid():
        return render(request, "acts/_safety_kept.html", context)
    return render(request, "acts/_safety_wrong.html", context | {"safety_form": form}, status=422)
