"""An identity that is certain again: what a vital emergency left owing about it is done (R40)."""

from diaphane.acquisition.guards import CERTAIN_IDENTITY
from diaphane.acts.operations import settle_duties
from diaphane.acts.queries import list_acts_of_patient
from diaphane.events.models import Event
from diaphane.kernel.actors import SYSTEM
from diaphane.patients.queries import find_doubt_of


def settle_identity_duties(event: Event) -> None:
    """Settle the duty on each act of the patient, unless another doubt remains; nothing owed is no error."""
    if find_doubt_of(event.subject_id):
        return
    for act in list_acts_of_patient(event.subject_id):
        settle_duties(act, CERTAIN_IDENTITY.code, by=SYSTEM, at=event.occurred_at)
