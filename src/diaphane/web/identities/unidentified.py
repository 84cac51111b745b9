"""Somebody whom nobody can name yet: let in at once, identified later, images included (R40)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from diaphane.kernel.actors import Role
from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.organisations.queries import get_structure
from diaphane.patients.operations import record_search, register_unidentified
from diaphane.patients.queries import get_patient
from diaphane.patients.searching import search_patients
from diaphane.patients.settling import settle_as_known, settle_as_new
from diaphane.web.acts.answering import go, is_fragment
from diaphane.web.requesting.forms import SearchForm
from diaphane.web.requesting.starting import open_draft
from diaphane.web.roles import needs

from .forms import RecogniseForm, TraitsForm, UnidentifiedForm

MOST_SHOWN = 8


@require_http_methods(["GET", "HEAD", "POST"])
@needs("identity.register")
def register(request: HttpRequest) -> HttpResponse:
    """Register an unidentified patient; a physician goes on to the request."""
    actor, form = require_actor(request), UnidentifiedForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and actor.structure_id:
        patient = register_unidentified(
            sex=form.cleaned_data["sex"],
            age=form.cleaned_data["age"],
            issuer=get_structure(actor.structure_id).issuer,
            by=actor,
            at=now(),
        )
        if actor.role is Role.REQUESTING_PHYSICIAN:
            return go(request, open_draft(request, patient))
        return go(request, reverse("identities:patient", args=[patient.pk]))
    template = (
        "identities/_unidentified_form.html" if is_fragment(request) else "identities/unidentified.html"
    )
    return render(request, template, {"form": form})


@require_POST
@needs("identity.register")
def identify(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Give an unidentified patient their traits."""
    actor, form = require_actor(request), TraitsForm(request.POST)
    found = get_patient(patient_id, actor=actor)
    if not form.is_valid():
        context = {"patient": found, "traits_form": form}
        template = "identities/_identify.html" if is_fragment(request) else "identities/identify.html"
        return render(request, template, context)
    settle_as_new(patient_id=patient_id, traits=form.instance, by=actor, at=now())
    return go(request, reverse("identities:patient", args=[patient_id]))


@require_POST
@needs("identity_pair.merge")
def choose(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Show whom the words fit, the unidentified patient apart."""
    actor, form = require_actor(request), SearchForm(request.POST)
    words = form.cleaned_data["words"].strip() if form.is_valid() else ""
    found = search_patients(actor, words=words, most=MOST_SHOWN)
    record_search(found=len(found), by=actor, at=now())
    return render(
        request, "identities/_choose.html", {"patients": [each for each in found if each.pk != patient_id]}
    )


@require_POST
@needs("identity_pair.merge")
def recognise(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Merge an unidentified patient into a known one whom a person recognised."""
    actor, form = require_actor(request), RecogniseForm(request.POST)
    known = form.cleaned_data["known"] if form.is_valid() else patient_id
    pair = settle_as_known(patient_id=patient_id, known_id=known, reason=form.words(), by=actor, at=now())
    return go(request, reverse("identities:pair", args=[pair.pk]))
