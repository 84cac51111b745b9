"""An exam opened in an emergency: its patient and its site are told (R42)."""

from diaphane.delivery.jobs import tell_of_emergency
from diaphane.events.models import Event


def tell_those_concerned(event: Event) -> None:
    """Mail them; a second delivery sends nothing twice."""
    tell_of_emergency(event.subject_id)
