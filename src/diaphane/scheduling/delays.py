"""How late a slot may be for an urgency: times that a physician of the site has yet to approve (R14, R73)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from diaphane.acts.models import Act

WITHIN: dict[str, timedelta] = {
    Act.Urgency.VITAL: timedelta(minutes=30),
    Act.Urgency.URGENT: timedelta(hours=4),
    Act.Urgency.DELAYED: timedelta(hours=24),
    Act.Urgency.SCHEDULED: timedelta(days=30),
}
"""From the request being sent to the start of the exam."""


@dataclass(frozen=True)
class Delay:
    """What a slot is against the urgency: the last start that suits it, and whether the slot comes later."""

    urgency: Act.Urgency
    due_at: datetime
    is_late: bool


def weigh_delay(*, urgency: str, since: datetime, starts_at: datetime) -> Delay:
    """Compare a start with the time that an urgency leaves; it points out, and forbids nothing."""
    due_at = since + WITHIN[urgency]
    return Delay(Act.Urgency(urgency), due_at, starts_at > due_at)
