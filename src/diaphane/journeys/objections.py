"""A patient objects to an exchange: what was shown outside, or waits to be sent, is closed (R62)."""

from diaphane.consents.models import Objection
from diaphane.consents.queries import has_objected
from diaphane.delivery.objecting import stop_sending_to_treating
from diaphane.events.models import Event
from diaphane.sharing.operations import close_links_of


def close_what_was_shown(event: Event) -> None:
    """Close what an objection in force forbids; a second delivery finds it closed."""
    patient_id, at = event.subject_id, event.occurred_at
    if has_objected(patient_id, Objection.Kind.OUTSIDE):
        close_links_of(patient_id=patient_id, at=at)
    if has_objected(patient_id, Objection.Kind.TREATING):
        stop_sending_to_treating(patient_id=patient_id, at=at)
