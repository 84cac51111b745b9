"""A patient objects to being shown outside their care team: what was shown is closed (R62)."""

from diaphane.consents.models import Objection
from diaphane.consents.queries import has_objected
from diaphane.events.models import Event
from diaphane.sharing.operations import close_links_of


def close_what_was_shown(event: Event) -> None:
    """Close the patient's links while the objection is in force; a second delivery finds them closed."""
    if has_objected(event.subject_id, Objection.Kind.OUTSIDE):
        close_links_of(patient_id=event.subject_id, at=event.occurred_at)
