"""Put a patient's record under watch, or end it (R44)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.patients.watching import end_watch, watch_patient
from diaphane.web.acts.answering import go
from diaphane.web.identities.forms import ReasonForm
from diaphane.web.roles import needs


@require_POST
@needs("patient.watch")
def watch(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Put the record under watch, or end it."""
    actor, at = require_actor(request), now()
    if request.POST.get("ends") == "yes":
        end_watch(patient_id=patient_id, by=actor, at=at)
    else:
        watch_patient(patient_id=patient_id, reason=ReasonForm(request.POST).words(), by=actor, at=at)
    return go(request, reverse("identities:patient", args=[patient_id]))
