"""A signed report goes to those it concerns; the patient hears of it after a person has told them."""

from diaphane.delivery.operations import dispatch_report, dispatch_to_patient
from diaphane.events.models import Event
from diaphane.reporting.queries import get_report_of_event


def bring_to_recipients(event: Event) -> None:
    """Send to the demandeur and the médecin traitant (R96, R101)."""
    dispatch_report(report=get_report_of_event(event), at=event.occurred_at)


def announce_to_patient(event: Event) -> None:
    """Tell the patient's account that something waits (R100)."""
    dispatch_to_patient(report=get_report_of_event(event), at=event.occurred_at)
