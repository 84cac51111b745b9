"""One identity: its traits, its status with what proves it, what weighs on it (R40)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST, require_safe

from diaphane.audit.operations import Subject, record_view
from diaphane.kernel.clock import now
from diaphane.kernel.rights import may
from diaphane.organisations.middleware import require_actor
from diaphane.patients.doubles import list_pairs
from diaphane.patients.identities import doubt_identity, see_document
from diaphane.patients.plausibility import list_warnings
from diaphane.patients.queries import find_doubt, find_watch, get_patient
from diaphane.privacy.erasure_queries import list_holds
from diaphane.web.acts.answering import go
from diaphane.web.related import describe_standing
from diaphane.web.roles import needs

from .forms import DeathForm, DocumentForm, ReasonForm, TraitsForm
from .proposals import list_deciding


@require_safe
@needs("identity.see")
def patient(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Show an identity of the site."""
    actor = require_actor(request)
    found = get_patient(patient_id, actor=actor)
    subject = Subject("patient", found.pk, patient_id=found.pk)
    record_view("identity", by=actor, at=now(), subject=subject)
    context = {
        "patient": found,
        "proofs": found.proofs.all(),
        "identifiers": found.identifiers.order_by("pk"),
        "doubt": find_doubt(found),
        "warnings": list_warnings(found),
        "pairs": [each for each in list_pairs(actor) if found in each.patients],
        "document_form": DocumentForm(),
        "reason_form": ReasonForm(),
        "traits_form": TraitsForm() if found.is_unidentified else None,
        "may_export": may(actor, "privacy.export"),
        "may_watch": may(actor, "patient.watch"),
        "holds": list_holds(found, actor=actor),
        "may_hold": may(actor, "retention.hold"),
        "watch": find_watch(found, actor=actor),
        "bonds": describe_standing(found.pk, on=localdate(now())),
        "proposals": list_deciding(found, actor=actor),
        "corrections": found.corrections.all(),
        "rests_on_insi": found.identity_status in ("qualified", "retrieved"),
        "death_form": DeathForm(initial={"deceased_on": found.deceased_on}),
    }
    return render(request, "identities/patient.html", context)


@require_POST
@needs("identity.validate")
def document(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Record that a document was seen."""
    kind = str(request.POST.get("kind", ""))
    see_document(patient_id=patient_id, kind=kind, by=require_actor(request), at=now())
    return go(request, reverse("identities:patient", args=[patient_id]))


@require_POST
@needs("identity.doubt")
def doubt(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Say that the identity is doubtful."""
    reason = ReasonForm(request.POST).words()
    doubt_identity(patient_id=patient_id, reason=reason, by=require_actor(request), at=now())
    return go(request, reverse("identities:patient", args=[patient_id]))
