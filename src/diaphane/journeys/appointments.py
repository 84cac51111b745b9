"""A slot is booked or given back: the patient is told, and reminded (R128)."""

from diaphane.delivery.jobs import tell_of_slot
from diaphane.delivery.reminding import plan_cancellation, plan_notices
from diaphane.events.models import Event


def confirm_appointment(event: Event) -> None:
    """Confirm a slot, or tell that it moved, and plan its reminders; idempotent."""
    tell_of_slot(plan_notices(appointment_id=event.subject_id, at=event.occurred_at))


def tell_of_cancellation(event: Event) -> None:
    """Tell who heard of a slot that it does not take place; idempotent."""
    tell_of_slot(plan_cancellation(appointment_id=event.subject_id, at=event.occurred_at))
