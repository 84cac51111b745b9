"""Start a request: find the patient, or register one (R40)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from diaphane.accounts.queries import get_professional
from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.organisations.queries import get_structure
from diaphane.patients.models import Patient
from diaphane.patients.operations import LookAlikeError, record_search, register_new_patient
from diaphane.patients.queries import get_patient, list_latest_patients
from diaphane.patients.searching import search_patients
from diaphane.requests.operations import start_draft
from diaphane.web.acts.answering import go, is_fragment
from diaphane.web.roles import needs

from .forms import ChosenPatientForm, PatientForm, SearchForm

MOST_SHOWN = 20


@require_safe
@needs("request.write")
def choose_patient(request: HttpRequest) -> HttpResponse:
    """Show the search, and the patients registered last."""
    latest = list_latest_patients(require_actor(request), most=8)
    return render(
        request, "requesting/choose_patient.html", {"form": SearchForm(), "patients": latest, "words": ""}
    )


@require_POST
@needs("request.write", "patient.search")
def find_patient(request: HttpRequest) -> HttpResponse:
    """Show the patients of the site that the words fit; the words never reach an address."""
    actor, form = require_actor(request), SearchForm(request.POST)
    words = form.cleaned_data["words"].strip() if form.is_valid() else ""
    found = (
        search_patients(actor, words=words, most=MOST_SHOWN + 1)
        if words
        else list_latest_patients(actor, most=8)
    )
    record_search(found=min(len(found), MOST_SHOWN), by=actor, at=now())
    template = "requesting/_patients.html" if is_fragment(request) else "requesting/choose_patient.html"
    context = {
        "form": form,
        "words": words,
        "patients": found[:MOST_SHOWN],
        "has_more": len(found) > MOST_SHOWN,
    }
    return render(request, template, context)


@require_POST
@needs("request.write")
def start(request: HttpRequest) -> HttpResponse:
    """Open the draft of a request for a known patient."""
    form = ChosenPatientForm(request.POST)
    if not form.is_valid():
        return go(request, reverse("requesting:choose_patient"))
    patient = get_patient(form.cleaned_data["patient"], actor=require_actor(request))
    return go(request, open_draft(request, patient))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("request.write")
def new_patient(request: HttpRequest) -> HttpResponse:
    """Register a patient, unless somebody here has the same traits, then open the draft."""
    actor, form = require_actor(request), PatientForm(request.POST or None)
    look_alikes: list[Patient] = []
    if request.method == "POST" and form.is_valid():
        try:
            patient = register_new_patient(
                patient=form.instance,
                issuer=get_structure(actor.structure_id).issuer if actor.structure_id else "",
                is_distinct=form.cleaned_data["is_distinct"],
                by=actor,
                at=now(),
            )
            return go(request, open_draft(request, patient))
        except LookAlikeError as error:
            look_alikes = error.look_alikes
    template = "requesting/_patient_form.html" if is_fragment(request) else "requesting/new_patient.html"
    return render(request, template, {"form": form, "look_alikes": look_alikes})


def open_draft(request: HttpRequest, patient: Patient) -> str:
    """Open the draft of a request for a patient, and return its address."""
    actor = require_actor(request)
    site = get_structure(actor.structure_id) if actor.structure_id else None
    if site is None:  # the role alone does not open this page without a structure
        return reverse("home")
    phone = find_callback(request)
    draft = start_draft(patient=patient, site=site, callback_phone=phone, by=actor, at=now())
    return reverse("requesting:edit", args=[draft.act_id])


def find_callback(request: HttpRequest) -> str:
    """Return the number on record at which the demandeur is called back: their own, else their site's."""
    actor = require_actor(request)
    professional = get_professional(actor.id)
    own = professional.phone if professional else ""
    return own or (get_structure(actor.structure_id).phone if actor.structure_id else "")
