"""Decide on a request: validate it with a protocol, or refuse it with a motive (R69, R73–R76)."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.requests.answering import answer_safety as keep_answers
from diaphane.requests.answering import explain_safety as write_motive
from diaphane.requests.operations import refuse_request, validate_request
from diaphane.requests.queries import get_request
from diaphane.requests.safety import judge_request
from diaphane.web.acts.answering import go
from diaphane.web.acts.safety_form import SafetyForm
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
    actor, at = require_actor(request), now()
    found = get_request(act_id, actor=actor)
    form = SafetyForm(found, judge_request(found, at=at), data=request.POST)
    if not form.is_valid():
        return _say(request, form)
    keep_answers(request=found, answers=form.answers, informant=form.informant, by=actor, at=at)
    return go(request, reverse("reading_room:act", args=[act_id]))


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


def _say(request: HttpRequest, form: forms.Form) -> HttpResponse:
    return render(request, "acts/_form_errors.html", {"form": form}, status=422)
