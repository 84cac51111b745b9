"""Examine a request: read it, take it, write in its thread (R69, R70, R72)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from diaphane.acquisition.queries import find_exam
from diaphane.conversations.models import Message
from diaphane.conversations.operations import answer_question, ask_question, post_message
from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.requests.guards import SAFETY_MOTIVE
from diaphane.requests.models import ExamRequest, RequestState
from diaphane.requests.operations import LEASE, release_request, take_request
from diaphane.requests.queries import get_request
from diaphane.web.acts.answering import go, is_fragment
from diaphane.web.acts.differences import list_difference_lines
from diaphane.web.acts.forms import AnswerForm, MessageForm
from diaphane.web.acts.panels import describe_act, is_owed
from diaphane.web.acts.safety_answers import describe_questions
from diaphane.web.acts.viewing import show_request
from diaphane.web.roles import needs

from .forms import PerformerForm, ProposalForm, RefusalForm, ValidationForm
from .stance import Stance, stance_of


@require_safe
@needs("request.review")
def act(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Show everything about a request on one screen."""
    return render(request, "reading_room/act.html", describe(request, show_request(request, act_id)))


@require_safe
@needs("request.review")
def live(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Return the parts that change by themselves; the decision too, when it is no longer what is shown."""
    return _live(request, act_id)


@require_POST
@needs("request.take")
def take(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Take a request; an earlier click of the same person is no error."""
    actor = require_actor(request)
    found = get_request(act_id, actor=actor)
    if stance_of(found, actor=actor) not in {Stance.MINE, Stance.PROPOSED}:
        take_request(request=found, by=actor, at=now())
    return go(request, reverse("reading_room:act", args=[act_id]))


@require_POST
@needs("request.review", "request.release")
def release(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Put a request back on the list; a colleague's, with the reason."""
    actor, reason = require_actor(request), MessageForm(request.POST).words()
    release_request(request=get_request(act_id, actor=actor), by=actor, at=now(), reason=reason)
    return go(request, reverse("reading_room:list"))


@require_POST
@needs("request.review", "act.write")
def write(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Ask for a precision, note an answer given by telephone, or add a message (R72)."""
    actor = require_actor(request)
    found, words = get_request(act_id, actor=actor), MessageForm(request.POST).words()
    kind = request.POST.get("kind")
    if kind == Message.Kind.QUESTION:
        ask_question(request=found, text=words, by=actor, at=now())
    elif kind == Message.Kind.ANSWER:
        answer_question(request=found, text=words, by=actor, at=now())
    else:
        post_message(act=found.act, text=words, by=actor, at=now())
    return _live(request, act_id) if is_fragment(request) else redirect("reading_room:act", act_id=act_id)


def describe(request: HttpRequest, found: ExamRequest) -> dict[str, object]:
    """Return what the imageur's page of a request needs."""
    actor = require_actor(request)
    stance = stance_of(found, actor=actor)
    shown = request.POST.get("stance") or request.GET.get("stance") or stance.value
    return (
        describe_act(found, actor=actor)
        | describe_questions(request, found)
        | {
            "owes_safety_motive": is_owed(found.act, SAFETY_MOTIVE.code),
            "stance": stance.value,
            "is_changed": shown != stance.value,
            "has_exam": find_exam(found.act) is not None,
            "differences": list_difference_lines(found, actor=actor),
            "lease_minutes": int(LEASE.total_seconds()) // 60,
            "is_awaiting": found.state == RequestState.AWAITING_ANSWER,
            "is_pregnancy_open": found.must_weigh_pregnancy,
            "asks_implants": bool(found.exam and found.exam.is_magnetic and found.implants_known != "none"),
            "validation_form": ValidationForm.of(found),
            "refusal_form": RefusalForm(),
            "proposal_form": ProposalForm(),
            "answer_form": AnswerForm(),
            "performer_form": PerformerForm(),
            "is_disputed": bool(found.substitution and not found.substitution.is_agreed),
        }
    )


def _live(request: HttpRequest, act_id: UUID) -> HttpResponse:
    found = get_request(act_id, actor=require_actor(request))
    return render(request, "reading_room/_live.html", describe(request, found))
