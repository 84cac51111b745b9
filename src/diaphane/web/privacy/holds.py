"""Hold a record back from erasure, from the officer's page or from the patient's, and let it go (R37)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from diaphane.kernel.clock import now
from diaphane.kernel.rights import may
from diaphane.organisations.middleware import require_actor
from diaphane.privacy.holding import hold_patient, hold_record, lift_hold
from diaphane.web.acts.answering import go
from diaphane.web.roles import needs

from .hold_forms import HoldForm


@require_POST
@needs("retention.hold")
def hold_record_(request: HttpRequest, erasure_id: UUID) -> HttpResponse:
    """Hold a record known by its opaque number."""
    said = HoldForm(request.POST).read()
    hold_record(erasure_id=erasure_id, **said, by=require_actor(request), at=now())
    return go(request, reverse("privacy:retention"))


@require_POST
@needs("retention.hold", "identity.see")
def hold_patient_(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Hold the record of a patient of the site."""
    said = HoldForm(request.POST).read()
    hold_patient(patient_id=patient_id, **said, by=require_actor(request), at=now())
    return go(request, reverse("identities:patient", args=[patient_id]))


@require_POST
@needs("retention.hold")
def lift(request: HttpRequest, hold_id: UUID) -> HttpResponse:
    """Let a record go again."""
    actor = require_actor(request)
    patient_id = lift_hold(hold_id=hold_id, by=actor, at=now())
    is_officer = may(actor, "retention.see")
    page = reverse("privacy:retention") if is_officer else reverse("identities:patient", args=[patient_id])
    return go(request, page)
