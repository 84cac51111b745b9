"""An act closes by itself when its report is signed and nothing is owed any more."""

from diaphane.acquisition.models import ExamState
from diaphane.acquisition.operations import close_exam
from diaphane.acquisition.queries import find_exam
from diaphane.acts.queries import get_act_of_event, list_open_duties
from diaphane.delivery.queries import is_dispatched
from diaphane.events.models import Event


def close_when_nothing_is_owed(event: Event) -> None:
    """Close the exam after the last duty; do nothing before, or when it is closed.

    Events may come late or out of order: nothing closes before the report was brought to its recipients,
    for only then is their receipt owed.
    """
    act = get_act_of_event(event)
    exam = find_exam(act)
    if exam is None or exam.state != ExamState.REPORTED or list_open_duties(act).exists():
        return
    if not is_dispatched(act):
        return
    close_exam(exam=exam, at=event.occurred_at)
