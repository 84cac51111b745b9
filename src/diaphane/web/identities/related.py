"""Who stands beside a patient: representatives, carers, whom to call; written by their site (R40, R57)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from diaphane.audit.operations import Subject, record_view
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.patients.models import Patient
from diaphane.patients.queries import get_patient
from diaphane.patients.related_queries import get_relationship
from diaphane.patients.relating import (
    KnownPersonError,
    add_relationship,
    correct_person,
    end_relationship,
    link_person,
    see_paper,
)
from diaphane.web.acts.answering import go
from diaphane.web.related import describe_bond, describe_bonds
from diaphane.web.roles import needs

from .forms import ReasonForm
from .related_forms import PaperForm, PersonForm, RelatedForm

ANOTHER = "another"


@require_http_methods(["GET", "HEAD", "POST"])
@needs("relationship.keep")
def related(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Show who stands for a patient, and write one more."""
    actor = require_actor(request)
    patient = get_patient(patient_id, actor=actor)
    if request.method != "POST":
        subject = Subject("patient", patient.pk, patient_id=patient.pk)
        record_view("identity", by=actor, at=now(), subject=subject)
        return _show(request, patient, RelatedForm())
    form = RelatedForm(request.POST)
    if not form.is_valid():
        return _show(request, patient, form)
    try:
        _write(patient, form, actor)
    except KnownPersonError as refusal:
        return _show(request, patient, form, refusal)
    return go(request, reverse("identities:related", args=[patient_id]))


def _write(patient: Patient, form: RelatedForm, actor: Actor) -> None:
    known, bond = form.cleaned_data["known"], form.read_bond()
    if known and known != ANOTHER:
        link_person(patient_id=patient.pk, person_id=_read_id(known), bond=bond, by=actor, at=now())
        return
    is_distinct = known == ANOTHER
    add_relationship(
        patient_id=patient.pk, person=form.instance, bond=bond, is_distinct=is_distinct, by=actor, at=now()
    )


def _read_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)  # nobody


def _show(
    request: HttpRequest, patient: Patient, form: RelatedForm, refusal: KnownPersonError | None = None
) -> HttpResponse:
    context = {
        "patient": patient,
        "bonds": describe_bonds(patient.pk, on=localdate(now())),
        "form": form,
        "refusal": refusal,
        "another": ANOTHER,
    }
    return render(request, "identities/related.html", context, status=refusal.status_code if refusal else 200)


@require_safe
@needs("relationship.keep")
def relationship(request: HttpRequest, relationship_id: UUID) -> HttpResponse:
    """Show one of those who stand for a patient: what proves it, what is allowed, what was corrected."""
    actor = require_actor(request)
    found = get_relationship(relationship_id, actor=actor)
    subject = Subject("patient", found.patient_id, patient_id=found.patient_id)
    record_view("identity", by=actor, at=now(), subject=subject)
    context = {
        "bond": describe_bond(found, on=localdate(now())),
        "patient": found.patient,
        "person_form": PersonForm(instance=found.person),
        "paper_form": PaperForm(found),
        "reason_form": ReasonForm(),
    }
    return render(request, "identities/relationship.html", context)


@require_POST
@needs("relationship.keep")
def correct(request: HttpRequest, relationship_id: UUID) -> HttpResponse:
    """Write how this person is called and reached now."""
    actor = require_actor(request)
    found = get_relationship(relationship_id, actor=actor)
    form = PersonForm(request.POST, instance=found.person)
    if not form.is_valid():
        found.person.refresh_from_db()
        context = {
            "bond": describe_bond(found, on=localdate(now())),
            "patient": found.patient,
            "person_form": form,
            "paper_form": PaperForm(found),
            "reason_form": ReasonForm(),
        }
        return render(request, "identities/relationship.html", context)
    correct_person(relationship_id=found.pk, traits=form.instance, by=actor, at=now())
    return _back(request, relationship_id)


@require_POST
@needs("relationship.keep")
def paper(request: HttpRequest, relationship_id: UUID) -> HttpResponse:
    """Record that the paper was seen."""
    seen = str(request.POST.get("paper", ""))
    see_paper(relationship_id=relationship_id, paper=seen, by=require_actor(request), at=now())
    return _back(request, relationship_id)


@require_POST
@needs("relationship.keep")
def end(request: HttpRequest, relationship_id: UUID) -> HttpResponse:
    """End it, with the reason."""
    reason = ReasonForm(request.POST).words()
    end_relationship(relationship_id=relationship_id, reason=reason, by=require_actor(request), at=now())
    return _back(request, relationship_id)


def _back(request: HttpRequest, relationship_id: UUID) -> HttpResponse:
    return go(request, reverse("identities:relationship", args=[relationship_id]))
