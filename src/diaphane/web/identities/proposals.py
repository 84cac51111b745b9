"""What the hospital says otherwise of a trusted identity: taken on a document, or not (R40)."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from diaphane.admissions.models import Proposal
from diaphane.admissions.proposing import decline_proposal, list_proposals, take_proposal
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.patients.models import Patient
from diaphane.web.acts.answering import go
from diaphane.web.roles import needs

from .forms import DocumentForm, ReasonForm


@dataclass(frozen=True)
class Deciding:
    """One difference, and its own fields: several may stand on one page."""

    proposal: Proposal
    document: DocumentForm
    reason: ReasonForm


def list_deciding(patient: Patient, *, actor: Actor) -> list[Deciding]:
    """List what the hospital says otherwise of a patient, each with what is typed to decide of it."""
    found = list_proposals(actor).filter(patient=patient).select_related("message__peer")
    return [_prepare(each) for each in found]


def _prepare(proposal: Proposal) -> Deciding:
    named = f"id_{proposal.pk}_%s"
    return Deciding(proposal, DocumentForm(auto_id=named), ReasonForm(auto_id=named))


@require_POST
@needs("identity.correct")
def decide(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Take what the hospital says, or leave the identity as it is."""
    actor = require_actor(request)
    found = get_object_or_404(list_proposals(actor), pk=proposal_id)
    reason, at = ReasonForm(request.POST).words(), now()
    if request.POST.get("answer") == "take":
        proof = str(request.POST.get("kind", ""))
        take_proposal(proposal_id=found.pk, reason=reason, proof=proof, by=actor, at=at)
    else:
        decline_proposal(proposal_id=found.pk, reason=reason, by=actor, at=at)
    return go(request, reverse("identities:patient", args=[found.patient_id]))
