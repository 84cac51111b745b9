"""Images doubted or moved once the report is signed: the imageur is told, for a person must decide (R40)."""

from diaphane.acquisition.late_images import IMAGES_DOUBTED, owe_a_look
from diaphane.acts.queries import get_act_of_event
from diaphane.events.models import Event
from diaphane.reporting.queries import find_report


def tell_who_signed(event: Event) -> None:
    """Owe the imageur a look; before the signature, the guards of the report see to it."""
    act = get_act_of_event(event)
    report = find_report(act)
    if report is not None and report.signed_at is not None and event.occurred_at > report.signed_at:
        owe_a_look(act, IMAGES_DOUBTED, at=event.occurred_at)
