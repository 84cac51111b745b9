"""A reopened request and its exam end together: an exam that nobody wants any more waits for nobody."""

from diaphane.acquisition.cancelling import cancel_exam_of_ended
from diaphane.acts.queries import get_act_of_event
from diaphane.events.models import Event
from diaphane.requests.operations import cancel_reopened_request


def cancel_exam_of_request(event: Event) -> None:
    """Cancel the exam that a first validation had opened; a second delivery finds it cancelled."""
    cancel_exam_of_ended(act=get_act_of_event(event), at=event.occurred_at)


def withdraw_reopened(event: Event) -> None:
    """Take the request off the imageurs' list; a second delivery finds it withdrawn."""
    cancel_reopened_request(act=get_act_of_event(event), at=event.occurred_at)
