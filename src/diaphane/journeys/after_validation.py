"""A validated request becomes an exam to schedule."""

from diaphane.acquisition.operations import open_exam
from diaphane.acts.queries import get_act_of_event
from diaphane.events.models import Event


def open_exam_of_request(event: Event) -> None:
    """Open the exam; a second delivery finds it there."""
    open_exam(act=get_act_of_event(event), at=event.occurred_at)
