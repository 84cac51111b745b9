"""Correct an identity on a page: its traits, a death, a fictitious one, an INS that is lost (R38, R40)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.patients.correcting import correct_traits, mark_fictitious, record_death
from diaphane.patients.identities import lose_ins
from diaphane.patients.queries import get_patient
from diaphane.web.acts.answering import go
from diaphane.web.roles import needs

from .forms import CorrectionForm, DeathForm, ReasonForm


@require_http_methods(["GET", "HEAD", "POST"])
@needs("identity.correct")
def correct(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Show the traits as they are, and write them as they should be."""
    actor = require_actor(request)
    found = get_patient(patient_id, actor=actor)
    if request.method != "POST":
        form = CorrectionForm(instance=found)
        return render(request, "identities/correct.html", {"patient": found, "form": form})
    form = CorrectionForm(request.POST, instance=get_patient(patient_id, actor=actor))
    if not form.is_valid():
        return render(request, "identities/correct.html", {"patient": found, "form": form})
    correct_traits(
        patient_id=patient_id,
        traits=form.instance,
        reason=form.cleaned_data["reason"],
        proof=form.cleaned_data["proof"],
        by=actor,
        at=now(),
    )
    return go(request, reverse("identities:patient", args=[patient_id]))


@require_POST
@needs("identity.correct")
def fictitious(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Say that the identity is made up, or that it is not."""
    mark_fictitious(
        patient_id=patient_id,
        is_fictitious=request.POST.get("is_fictitious") == "yes",
        reason=ReasonForm(request.POST).words(),
        by=require_actor(request),
        at=now(),
    )
    return go(request, reverse("identities:patient", args=[patient_id]))


@require_POST
@needs("identity.correct")
def death(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Write a death, or take it back."""
    form = DeathForm(request.POST)
    record_death(
        patient_id=patient_id, on=form.read_date(), reason=form.words(), by=require_actor(request), at=now()
    )
    return go(request, reverse("identities:patient", args=[patient_id]))


@require_POST
@needs("identity.lose_ins")
def lose(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Take note that the national service no longer confirms the INS."""
    lose_ins(patient_id=patient_id, by=require_actor(request), at=now())
    return go(request, reverse("identities:patient", args=[patient_id]))
