"""What the card says of an exam's slot: late, missed before, or waiting for an earlier one."""

from datetime import timedelta

from diaphane.acquisition.models import Exam
from diaphane.acquisition.transitions import PLANNED
from diaphane.delivery.queries import list_notices
from diaphane.delivery.reminding import is_reachable, is_written_to
from diaphane.kernel.clock import now
from diaphane.scheduling.delays import weigh_delay
from diaphane.scheduling.models import Appointment
from diaphane.scheduling.queries import list_missed
from diaphane.scheduling.waiting import find_waiting, is_offered

_FAR = timedelta(hours=4)


def describe_slot(exam: Exam, slot: Appointment | None) -> dict[str, object]:
    """Return what the planning parts of the card need; nothing once the patient is there."""
    if exam.state not in PLANNED:
        return {"missed": [], "waiting": None, "offer": None, "delay": None}
    at, request = now(), exam.act.request
    waiting = find_waiting(exam.act)
    since = request.submitted_at or request.created_at
    return {
        "missed": list(list_missed(exam.act)),
        "waiting": waiting,
        "offer": waiting if waiting and is_offered(waiting, at=at) else None,
        "notices": list(list_notices(slot)) if slot else [],
        "tells_patient": slot is not None and is_written_to(exam.act),
        "is_reachable": is_reachable(exam.act),
        "slot_has_begun": slot is not None and slot.starts_at <= at,
        "slot_is_far": slot is not None and slot.starts_at > at + _FAR,
        "delay": weigh_delay(urgency=exam.act.urgency, since=since, starts_at=slot.starts_at)
        if slot
        else None,
    }
