"""Decide on a request: validate it with a protocol, or refuse it with a motive (R69, R73–R76)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from diaphane.acquisition.queries import get_exam
from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.requests.answering import explain_safety as write_motive
from diaphane.requests.operations import refuse_request
from diaphane.requests.prescribing import validate_by_book
from diaphane.requests.queries import get_request
from diaphane.web.acts.answering import go, is_fragment, say_wrong
from diaphane.web.acts.differences import settle
from diaphane.web.acts.safety_answers import keep_sent_answers, say_kept
from diaphane.web.roles import needs

from .forms import RefusalForm, ValidationForm


@require_POST
@needs("request.validate")
def validate(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Justify and validate; a refusal of the guards leaves the text in the page."""
    actor = require_actor(request)
    found = get_request(act_id, actor=actor)
    form = ValidationForm.of(found, data=request.POST)
    if not form.is_valid():
        return say_wrong(request, form)
    validate_by_book(
        request=found,
        order=form.order(),
        granted_urgency=form.cleaned_data["granted_urgency"],
        review_reason=form.cleaned_data["review_reason"],
        implants=form.finding(),
        safety_motive=form.cleaned_data["safety_motive"],
        urgency_words=form.cleaned_data["urgency_words"],
        performer_words=form.cleaned_data["performer_words"],
        by=actor,
        at=now(),
    )
    return go(request, reverse("reading_room:act", args=[act_id]))


@require_POST
@needs("request.refuse")
def refuse(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Refuse; the demandeur is told at once and owes an acknowledgement (R74, R75)."""
    actor, form = require_actor(request), RefusalForm(request.POST)
    found = get_request(act_id, actor=actor)
    if not form.is_valid():
        return say_wrong(request, form)
    refuse_request(
        request=found,
        motive=form.cleaned_data["refusal_motive"],
        words=form.cleaned_data["refusal_words"],
        alternative=form.cleaned_data["alternative"],
        other_way=form.cleaned_data["other_way"],
        other_way_owner=form.cleaned_data["other_way_owner"],
        by=actor,
        at=now(),
    )
    return go(request, reverse("reading_room:act", args=[act_id]))


@require_POST
@needs("request.review", "request.answer")
def answer_safety(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Note what was answered to the safety questions while the request is examined (R66, R85)."""
    form = keep_sent_answers(request, get_request(act_id, actor=require_actor(request)))
    if is_fragment(request):
        return say_kept(request, act_id, form)
    return redirect("reading_room:act", act_id=act_id) if form.is_valid() else say_wrong(request, form)


@require_POST
@needs("request.review", "request.validate")
def explain_safety(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Write the motive that a vital emergency let wait (R66)."""
    actor, form = require_actor(request), ValidationForm(request.POST)
    found = get_request(act_id, actor=actor)
    if not form.is_valid():
        return say_wrong(request, form)
    write_motive(request=found, motive=form.cleaned_data["safety_motive"], by=actor, at=now())
    return go(request, reverse("reading_room:act", args=[act_id]))


@require_POST
@needs("request.review", "exam.settle_difference")
def settle_difference(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Say which of two answers is right before the exam, with the motive (R66, R85)."""
    actor = require_actor(request)
    settle(request, get_exam(act_id, actor=actor), actor)
    return go(request, reverse("reading_room:act", args=[act_id]))
