"""Decide on a request: validate it with a protocol, or refuse it with a motive (R69, R73–R76)."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from diaphane.acquisition.queries import get_exam
from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.requests.answering import explain_safety as write_motive
from diaphane.requests.operations import refuse_request, validate_request
from diaphane.requests.queries import get_request
from diaphane.web.acts.answering import go, is_fragment
from diaphane.web.acts.differences import settle
from diaphane.web.acts.safety_answers import keep_sent_answers, say_kept
from diaphane.web.roles import needs

from .forms import RefusalForm, ValidationForm


@require_POST
@needs("request.validate")
def validate(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Justify and validate; a refusal of the guards leaves the text in the page."""
    actor, form = require_actor(request), ValidationForm(request.POST)
    found = get_request(act_id, actor=actor)
    if not form.is_valid():
        return _say(request, form)
    validate_request(
        request=found,
        protocol=form.cleaned_data["protocol"],
        contrast_prescription=form.cleaned_data["contrast_prescription"],
        granted_urgency=form.cleaned_data["granted_urgency"],
        review_reason=form.cleaned_data["review_reason"],
        implants=form.finding(),
        safety_motive=form.cleaned_data["safety_motive"],
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
        return _say(request, form)
    refuse_request(
        request=found,
        motive=form.cleaned_data["refusal_motive"],
        words=form.cleaned_data["refusal_words"],
        alternative=form.cleaned_data["alternative"],
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
    return redirect("reading_room:act", act_id=act_id) if form.is_valid() else _say(request, form)


@require_POST
@needs("request.review", "request.validate")
def explain_safety(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Write the motive that a vital emergency let wait (R66)."""
    actor, form = require_actor(request), ValidationForm(request.POST)
    found = get_request(act_id, actor=actor)
    if not form.is_valid():
        return _say(request, form)
    write_motive(request=found, motive=form.cleaned_data["safety_motive"], by=actor, at=now())
    return go(request, reverse("reading_room:act", args=[act_id]))


@require_POST
@needs("request.review", "exam.settle_difference")
def settle_difference(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """Say which of two answers is right before the exam, with the motive (R66, R85)."""
    actor = require_actor(request)
    settle(request, get_exam(act_id, actor=actor), actor)
    return go(request, reverse("reading_room:act", args=[act_id]))


def _say(request: HttpRequest, form: forms.Form) -> HttpResponse:
    return render(request, "acts/_form_errors.html", {"form": form}, status=422)
