"""A training that a vital emergency let wait is proved: what was owed on each act is done (R19, R24)."""

from diaphane.acts.operations import settle_duty
from diaphane.acts.queries import list_open_duties_of
from diaphane.events.models import Event
from diaphane.kernel.actors import SYSTEM
from diaphane.organisations.guards import list_training_codes
from diaphane.organisations.queries import find_credential


def settle_training_duties(event: Event) -> None:
    """Settle what the holder of a checked proof left owing; nothing owed is no error."""
    credential = find_credential(event.subject_id)
    if credential is None or not credential.holds(event.occurred_at.date()):
        return
    for duty in list_open_duties_of(credential.holder_id, guards=list_training_codes(credential.kind)):
        settle_duty(duty=duty, by=SYSTEM, at=event.occurred_at)
