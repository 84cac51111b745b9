"""Follow a request that was sent: its state live, the thread, a refusal to acknowledge (R72, R74)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from diaphane.access.queries import is_reader_for_a_while
from diaphane.acquisition.cancelling import ALTERNATIVE_ORGANISED, cancel_exam, organise_alternative
from diaphane.acquisition.models import CancelMotive, Exam, ExamState
from diaphane.acquisition.queries import find_exam
from diaphane.acquisition.transitions import BEFORE_START, EXAM_TABLE
from diaphane.conversations.operations import answer_question, post_message
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.kernel.rights import may
from diaphane.organisations.middleware import require_actor
from diaphane.requests.authorship_guards import SUPERVISED
from diaphane.requests.flash import IDENTITY_KNOWN
from diaphane.requests.guards import PAPERS
from diaphane.requests.models import ExamRequest, RequestState
from diaphane.requests.operations import (
    INFORMED_AFTERWARDS,
    acknowledge_refusal,
    cancel_request,
    complete_request,
)
from diaphane.requests.queries import get_request, list_owed
from diaphane.requests.telling import DECISION_READ, TREATING_TOLD
from diaphane.requests.transitions import REQUEST_TABLE
from diaphane.web.acts.answering import go, is_fragment
from diaphane.web.acts.forms import AnswerForm, MessageForm
from diaphane.web.acts.panels import describe_act, is_owed
from diaphane.web.acts.safety_answers import describe_questions, keep_sent_answers, say_kept
from diaphane.web.acts.viewing import show_request
from diaphane.web.reports.describing import look_of_exam
from diaphane.web.roles import needs

from .authorship import describe_authorship
from .forms import DraftForm, TreatingForm


@require_safe
@needs("request.follow")
def act(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Show a request that was sent; a draft leads to its form."""
    found = show_request(request, act_id)
    if found.state == RequestState.DRAFT:
        return redirect("requesting:edit", act_id=act_id)
    return render(request, "requesting/act.html", _context(request, found))


@require_safe
@needs("request.follow")
def live(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Return the parts of the page that change by themselves; nothing that holds typed text."""
    return _live(request, act_id)


@require_POST
@needs("request.follow", "act.write")
def write(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Answer the radiologist's question, or add a message when nothing is asked (R72)."""
    actor = require_actor(request)
    found, words = get_request(act_id, actor=actor), MessageForm(request.POST).words()
    if found.state == RequestState.AWAITING_ANSWER:
        answer_question(request=found, text=words, by=actor, at=now())
    else:
        post_message(act=found.act, text=words, by=actor, at=now())
    return _live(request, act_id) if is_fragment(request) else redirect("requesting:act", act_id=act_id)


@require_POST
@needs("request.acknowledge")
def acknowledge(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Record that the demandeur has read the refusal (R74)."""
    actor = require_actor(request)
    acknowledge_refusal(request=get_request(act_id, actor=actor), by=actor, at=now())
    return go(request, reverse("requesting:act", args=[act_id]))


@require_POST
@needs("request.cancel")
def cancel(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Withdraw a request, or its exam until it starts, with the reason."""
    actor, reason = require_actor(request), MessageForm(request.POST).words()
    found = get_request(act_id, actor=actor)
    exam = find_exam(found.act)
    if exam is None:
        cancel_request(request=found, reason=reason, by=actor, at=now())
    else:
        cancel_exam(exam=exam, motive=CancelMotive.OTHER, reason=reason, by=actor, at=now())
    return go(request, reverse("requesting:act", args=[act_id]))


@require_POST
@needs("request.acknowledge")
def organise_other_way(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Record that another way to make a cancelled exam was found (R60)."""
    actor = require_actor(request)
    organise_alternative(act=get_request(act_id, actor=actor).act, by=actor, at=now())
    return go(request, reverse("requesting:act", args=[act_id]))


@require_POST
@needs("request.follow", "request.complete")
def complete(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Write what a vital emergency let wait (states.md, V)."""
    actor = require_actor(request)
    found, form = get_request(act_id, actor=actor), DraftForm(request.POST)
    if not form.is_valid():
        return render(request, "acts/_form_errors.html", {"form": form}, status=422)
    complete_request(request=found, values=form.cleaned_data, by=actor, at=now())
    return go(request, reverse("requesting:act", args=[act_id]))


@require_POST
@needs("request.follow", "request.answer")
def answer_safety(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Note what was answered to the safety questions after the request was sent (R66, R85)."""
    form = keep_sent_answers(request, get_request(act_id, actor=require_actor(request)))
    if is_fragment(request):
        return say_kept(request, act_id, form)
    if not form.is_valid():
        return render(request, "acts/_form_errors.html", {"form": form}, status=422)
    return redirect("requesting:act", act_id=act_id)


def _live(request: HttpRequest, act_id: UUID) -> HttpResponse:
    found = get_request(act_id, actor=require_actor(request))
    return render(request, "requesting/_live.html", _context(request, found))


def _context(request: HttpRequest, found: ExamRequest) -> dict[str, object]:
    actor = require_actor(request)
    owed, form = list_owed(found, actor=actor), DraftForm.of(found)
    exam = find_exam(found.act)
    open_steps = {step.name for step in REQUEST_TABLE.list_open(found, role=actor.role)}
    return (
        describe_act(found, actor=actor)
        | describe_questions(request, found)
        | describe_authorship(found, actor=actor)
        | {
            "is_asked": found.state == RequestState.AWAITING_ANSWER,
            "exam_look": look_of_exam(exam) if exam else None,
            "has_report": exam is not None and exam.state in {ExamState.REPORTED, ExamState.CLOSED},
            "can_cancel": not is_reader_for_a_while(actor, found.act_id)
            and ("cancel" in open_steps or _can_cancel_exam(exam, actor)),
            "owes_alternative": is_owed(found.act, ALTERNATIVE_ORGANISED),
            "owed_fields": [
                form[each.field] for gap in owed for each in gap.missing if each.field in form.fields
            ],
            "owed_papers": [each.what for gap in owed if gap.guard is PAPERS for each in gap.missing],
            "owes_reading": is_owed(found.act, DECISION_READ),
            "owes_treating": is_owed(found.act, TREATING_TOLD),
            "answer_form": AnswerForm(),
            "treating_form": TreatingForm(),
            "may_copy": may(actor, "request.write") and found.moved_to_act is None,
            "can_move": not is_reader_for_a_while(actor, found.act_id)
            and "enter_in_error" in open_steps
            and (exam is None or exam.state in BEFORE_START),
            "may_answer": may(actor, "request.answer"),
            "owes_supervisor": is_owed(found.act, SUPERVISED.code),
            "owes_identity": is_owed(found.act, IDENTITY_KNOWN),
            "owes_information": is_owed(found.act, INFORMED_AFTERWARDS),
        }
    )


def _can_cancel_exam(exam: Exam | None, actor: Actor) -> bool:
    if exam is None:
        return False
    return any(step.name == "cancel" for step in EXAM_TABLE.list_open(exam, role=actor.role))
