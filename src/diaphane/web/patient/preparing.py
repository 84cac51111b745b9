"""Get ready for my exam: when, how, what to bring, and the questions that I answer myself (R66, R128)."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from diaphane.acquisition.asking import answer_in_own_space
from diaphane.acquisition.models import Exam
from diaphane.acquisition.queries import get_exam_of_patient
from diaphane.acquisition.transitions import BEFORE_START
from diaphane.consents.preparation import get_preparation_of
from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.requests.own_questions import OwnQuestion, list_own_questions
from diaphane.requests.safety_models import SafetyAnswer
from diaphane.requests.safety_sources import is_own
from diaphane.scheduling.queries import get_appointment
from diaphane.web.roles import needs

from .words import name_exam

PREFIX = "question_"


@dataclass(frozen=True)
class AskedOfMe:
    """One question, and what I answered last."""

    question: OwnQuestion
    given: SafetyAnswer | None


@require_safe
@needs("patient.prepare")
def prepare(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Show how to get ready for my exam, and its questions until it starts."""
    exam = get_exam_of_patient(act_id, actor=require_actor(request))
    asked = _list_asked(exam) if exam.state in BEFORE_START else []
    context = {
        "act": exam.act,
        "name": name_exam(exam.act.request.exam),
        "appointment": get_appointment(exam.act),
        "preparation": get_preparation_of(exam.act),
        "asked": asked,
        "answered_at": max((each.given.answered_at for each in asked if each.given), default=None),
        "waiting": sum(each.given is None for each in asked),
        "prefix": PREFIX,
    }
    return render(request, "patient/preparing.html", context)


@require_POST
@needs("patient.prepare")
def answer(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Keep what I answer; the team reads it, and asks again beside me."""
    actor = require_actor(request)
    exam = get_exam_of_patient(act_id, actor=actor)
    given = {
        name.removeprefix(PREFIX): str(value)
        for name, value in request.POST.items()
        if name.startswith(PREFIX)
    }
    answer_in_own_space(exam=exam, answers=given, by=actor, at=now())
    return redirect("patient:prepare", act_id=act_id)


def _list_asked(exam: Exam) -> list[AskedOfMe]:
    mine = {each.question_id: each for each in exam.act.request.safety_answers.all() if is_own(each)}
    return [AskedOfMe(each, mine.get(each.id)) for each in list_own_questions(exam.act.request, at=now())]
