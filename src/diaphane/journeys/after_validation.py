"""A validated request becomes an exam to schedule, and its site is asked for the patient's earlier images."""

from diaphane.acquisition.operations import open_exam
from diaphane.acts.queries import get_act_of_event
from diaphane.events.models import Event
from diaphane.imaging.prior_fetching import ask_for_priors


def open_exam_of_request(event: Event) -> None:
    """Open the exam; a second delivery finds it there."""
    open_exam(act=get_act_of_event(event), at=event.occurred_at)


def ask_for_earlier_images(event: Event) -> None:
    """Ask the site's archive; a second delivery finds it asked."""
    ask_for_priors(act=get_act_of_event(event), at=event.occurred_at)
