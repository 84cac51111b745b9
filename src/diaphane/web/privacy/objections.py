"""Object for a patient of the site, who said it there (R62)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.views.decorators.http import require_POST

from diaphane.consents.models import Objection
from diaphane.consents.objecting import object_to, withdraw_objection
from diaphane.consents.queries import list_objections
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.organisations.middleware import require_actor
from diaphane.web.acts.answering import go
from diaphane.web.identities.forms import ReasonForm
from diaphane.web.roles import needs


@require_POST
@needs("objection.record")
def object_(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Record what the patient objects to, or that they no longer do."""
    change_objection(request, patient_id, by=require_actor(request))
    return go(request, reverse("privacy:exports", args=[patient_id]))


def change_objection(request: HttpRequest, patient_id: UUID, *, by: Actor) -> None:
    """Do what a form of objections says."""
    kind = str(request.POST.get("kind", ""))
    if request.POST.get("withdraws") == "yes":
        withdraw_objection(patient_id=patient_id, kind=kind, by=by, at=now())
    else:
        reason = ReasonForm(request.POST).words()
        object_to(patient_id=patient_id, kind=kind, reason=reason, by=by, at=now())


def describe_objections(patient_id: UUID) -> list[tuple[str, str | Promise, Objection | None]]:
    """List each use that can be objected to, and the objection in force."""
    held = {each.kind: each for each in list_objections(patient_id) if each.withdrawn_at is None}
    return [(kind, label, held.get(kind)) for kind, label in Objection.Kind.choices]
