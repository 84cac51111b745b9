"""The safety questions asked again at the table: confirm, answer, say which answer is right (R68, R85)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from diaphane.acquisition.asking import Told, answer_at_table, confirm_at_table
from diaphane.acquisition.queries import get_exam
from diaphane.kernel.clock import now
from diaphane.kernel.errors import DiaphaneError, GuardError
from diaphane.organisations.middleware import require_actor
from diaphane.safety.engine import UNKNOWN
from diaphane.web.acts.answering import is_fragment
from diaphane.web.acts.differences import settle
from diaphane.web.roles import needs

from .answers import Move, move_exam
from .describing import describe_exam


@require_POST
@needs("exam.prepare")
def confirm(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Keep as confirmed by the patient what the site answered, one question or all that are harmless."""
    names = request.POST.getlist("question")
    return _ask(
        request,
        act_id,
        lambda exam, by: confirm_at_table(exam=exam, question_ids=names, by=by, at=now()),
    )


@require_POST
@needs("exam.prepare")
def answer(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Keep one answer as the patient, or who speaks for them, gave it."""
    name, typed = request.POST.get("question", ""), request.POST.get("value", "").strip()
    raw = UNKNOWN if request.POST.get("unknown") and not typed else typed
    told = Told({name: raw}, request.POST.get("safety_informant", ""))
    return _ask(request, act_id, lambda exam, by: answer_at_table(exam=exam, told=told, by=by, at=now()))


@require_POST
@needs("exam.table", "exam.settle_difference")
def settle_difference(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Say which of two answers is right, with the motive."""
    return _ask(request, act_id, lambda exam, by: settle(request, exam, by))


def _ask(request: HttpRequest, act_id: UUID, move: Move) -> HttpResponse:
    """Play one move and show the questions again, and nothing else that the person is filling."""
    if not is_fragment(request):
        return move_exam(request, act_id, move)
    actor, refused, status = require_actor(request), {}, 200
    try:
        move(get_exam(act_id, actor=actor), actor)
    except DiaphaneError as refusal:
        missing = refusal.missing if isinstance(refusal, GuardError) else ()
        refused, status = {"message": refusal.message, "missing": missing}, refusal.status_code
    context = describe_exam(get_exam(act_id, actor=actor), actor=actor)
    return render(request, "technologist/_asked.html", context | refused, status=status)
