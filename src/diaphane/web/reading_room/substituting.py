"""Propose another exam than the one asked for, note the answer heard, or go on without one (R69, R76)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.requests.queries import get_request
from diaphane.requests.substituting import answer_proposal, decide_alone, propose_exam
from diaphane.web.acts.answering import go, say_wrong
from diaphane.web.acts.forms import AnswerForm
from diaphane.web.roles import needs

from .forms import PerformerForm, ProposalForm


@require_POST
@needs("request.propose")
def propose(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Put another exam in the place of the one asked for; the demandeur is asked at once."""
    actor, form = require_actor(request), ProposalForm(request.POST)
    found = get_request(act_id, actor=actor)
    if not form.is_valid():
        return say_wrong(request, form)
    propose_exam(request=found, **form.cleaned_data, by=actor, at=now())
    return go(request, reverse("reading_room:act", args=[act_id]))


@require_POST
@needs("request.review", "request.agree")
def note_answer(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Note the demandeur's answer heard by telephone, and who gave it."""
    actor, form = require_actor(request), AnswerForm(request.POST)
    found = get_request(act_id, actor=actor)
    if not form.is_valid():
        return say_wrong(request, form)
    answer_proposal(request=found, **form.answer_values, by=actor, at=now())
    return go(request, reverse("reading_room:act", args=[act_id]))


@require_POST
@needs("request.decide_alone")
def go_on(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Go on without an agreement: the performer decides, in writing."""
    actor, form = require_actor(request), PerformerForm(request.POST)
    found = get_request(act_id, actor=actor)
    if not form.is_valid():
        return say_wrong(request, form)
    decide_alone(request=found, words=form.cleaned_data["performer_words"], by=actor, at=now())
    return go(request, reverse("reading_room:act", args=[act_id]))
