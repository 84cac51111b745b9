"""An identity that is certain again: what a vital emergency left owing about it is done (R40)."""

from diaphane.acquisition.guards import CERTAIN_IDENTITY
from diaphane.acts.operations import settle_duties
from diaphane.acts.queries import list_acts_of_patient
from diaphane.events.models import Event
from diaphane.kernel.actors import SYSTEM
from diaphane.patients.queries import find_doubt_of, is_unidentified
from diaphane.requests.flash import IDENTITY_KNOWN


def settle_identity_duties(event: Event) -> None:
    """Settle the duties on each act of the patient, unless another doubt remains."""
    if find_doubt_of(event.subject_id):
        return
    settled = [CERTAIN_IDENTITY.code]
    if not is_unidentified(event.subject_id):
        settled.append(IDENTITY_KNOWN)
    for act in list_acts_of_patient(event.subject_id):
        for guard in settled:
            settle_duties(act, guard, by=SYSTEM, at=event.occurred_at)
