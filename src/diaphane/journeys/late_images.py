"""Images that come outside their exam, or after the signature, wait for a person's eyes (R40, R88)."""

from diaphane.acquisition.late_images import (
    IMAGES_AFTER_SIGNATURE,
    IMAGES_OUT_OF_TIME,
    is_out_of_time,
    owe_a_look,
)
from diaphane.acquisition.queries import find_exam
from diaphane.acts.queries import get_act_of_event
from diaphane.events.models import Event
from diaphane.imaging.queries import count_from_machines
from diaphane.reporting.queries import find_report


def look_at_late_images(event: Event) -> None:
    """Open what is owed; images that a reader saves beside the exam's own are not concerned.

    Times are compared, not states: this runs a little after the images came.
    """
    came_at = event.occurred_at
    if event.kind == "images.received" and not count_from_machines(event.subject_id, at=came_at):
        return
    act = get_act_of_event(event)
    if is_out_of_time(find_exam(act), came_at=came_at):
        owe_a_look(act, IMAGES_OUT_OF_TIME, at=came_at)
    report = find_report(act)
    if report is not None and report.signed_at is not None and came_at > report.signed_at:
        owe_a_look(act, IMAGES_AFTER_SIGNATURE, at=came_at)
