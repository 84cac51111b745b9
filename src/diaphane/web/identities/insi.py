"""Ask the national service (INSi) for an identity, with the traits on record: nothing is retyped (R40)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from diaphane.kernel.clock import now
from diaphane.kernel.errors import DiaphaneError, GuardError
from diaphane.organisations.middleware import require_actor
from diaphane.patients.insi import ask_national_service, open_national_service
from diaphane.patients.models import Patient
from diaphane.patients.plausibility import list_warnings
from diaphane.patients.queries import find_insi_proof, get_patient
from diaphane.web.acts.answering import go
from diaphane.web.roles import needs


@require_http_methods(["GET", "HEAD", "POST"])
@needs("identity.retrieve")
def ask(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Show what is sent; ask, and take the one identity that agrees, or say why none is taken."""
    actor = require_actor(request)
    patient = get_patient(patient_id, actor=actor)
    if request.method != "POST":
        return _show(request, patient, None)
    try:
        service = open_national_service()
        ask_national_service(patient_id=patient.pk, service=service, by=actor, at=now())
    except DiaphaneError as error:
        return _show(request, patient, error)
    return go(request, reverse("identities:insi", args=[patient.pk]))


def _show(request: HttpRequest, patient: Patient, failure: DiaphaneError | None) -> HttpResponse:
    confirmed = find_insi_proof(patient)
    context = {
        "patient": patient,
        "confirmed": confirmed,
        "taken": patient.corrections.filter(corrected_at=confirmed.seen_at) if confirmed else (),
        "warnings": list_warnings(patient),
        "failure": failure,
        "missing": failure.missing if isinstance(failure, GuardError) else (),
    }
    status = failure.status_code if failure else 200
    return render(request, "identities/insi.html", context, status=status)
