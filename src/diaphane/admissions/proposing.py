"""What the hospital says otherwise of a trusted identity: proposed, then taken or not (R40)."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from diaphane.audit.operations import Subject, record
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError, GuardError, Missing, NotAllowedError
from diaphane.kernel.rights import may
from diaphane.patients.correcting import CORRECTABLE, correct_traits
from diaphane.patients.models import Patient
from diaphane.patients.queries import list_patients

from .models import Proposal, ProposalState, ReceivedMessage


def propose(
    message: ReceivedMessage,
    patient: Patient,
    changes: Mapping[str, str],
    *,
    notes: list[str],
    by: Actor,
    at: datetime,
) -> Proposal:
    """Keep what differs for the identity desk; the same difference waits once, whatever repeats it."""
    notes.append(_("The identity is trusted here: what differs waits for a person."))
    open_ones = Proposal.objects.filter(patient=patient, state=ProposalState.OPEN)
    known = next((each for each in open_ones if each.after == dict(changes)), None)
    if known is not None:
        return known
    made = Proposal.objects.create(
        patient=patient,
        message=message,
        before={name: str(getattr(patient, name)) for name in changes},
        after=dict(changes),
        created_at=at,
    )
    _trace("proposed", made, by, at)
    return made


def list_proposals(actor: Actor) -> QuerySet[Proposal]:
    """List what waits for a decision at the actor's site, the oldest first."""
    waiting = Proposal.objects.filter(state=ProposalState.OPEN, patient__in=list_patients(actor).values("pk"))
    return waiting.select_related("patient", "message").order_by("created_at")


def take_proposal(*, proposal_id: UUID, reason: str, proof: str, by: Actor, at: datetime) -> None:
    """Correct the identity as the hospital says, on a document seen; an INS is asked of the national service.

    Raises:
        NotAllowedError: another role.
        Proposal.DoesNotExist: decided already, or of another site.
        ConflictError: only the INS differs, or the traits are so already.
        GuardError: no reason, or no document.
    """
    with transaction.atomic():
        held = _lock(proposal_id, by)
        traits = Patient.objects.get(pk=held.patient_id)
        for name in set(held.after) & set(CORRECTABLE):
            value = held.after[name]
            setattr(traits, name, date.fromisoformat(value) if name == "birth_date" else value)
        correct_traits(patient_id=held.patient_id, traits=traits, reason=reason, proof=proof, by=by, at=at)
        _decide(held, ProposalState.TAKEN, reason, by, at)


def decline_proposal(*, proposal_id: UUID, reason: str, by: Actor, at: datetime) -> None:
    """Leave the identity as it is, with the reason; what the hospital said stays beside it.

    Raises:
        NotAllowedError: another role.
        Proposal.DoesNotExist: decided already, or of another site.
        GuardError: no reason.
    """
    if not reason.strip():
        what = Missing("R40", gettext_lazy("How you know it"), gettext_lazy("You"), field="reason")
        raise GuardError(gettext_lazy("A reason is needed."), [what])
    with transaction.atomic():
        _decide(_lock(proposal_id, by), ProposalState.DECLINED, reason, by, at)


def _lock(proposal_id: UUID, by: Actor) -> Proposal:
    if not may(by, "identity.correct"):
        raise NotAllowedError(gettext_lazy("The site that knows the patient corrects their traits."))
    waiting = list_proposals(by).select_for_update(of=("self",)).filter(pk=proposal_id)
    found = waiting.first()
    if found is None:
        raise ConflictError(gettext_lazy("This difference was already decided."))
    return found


def _decide(held: Proposal, state: ProposalState, reason: str, by: Actor, at: datetime) -> None:
    held.state, held.reason, held.decided_at = state, reason.strip()[:300], at
    held.decided_by_id, held.decided_by_label = by.id, by.label
    held.save()
    _trace(str(state.value), held, by, at)


def _trace(name: str, proposal: Proposal, by: Actor, at: datetime) -> None:
    subject = Subject("hospital_proposal", proposal.pk, patient_id=proposal.patient_id)
    record(f"hospital_proposal.{name}", by=by, at=at, subject=subject)
