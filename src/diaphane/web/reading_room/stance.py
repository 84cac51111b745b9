"""Where an imageur stands before a request: what the page offers follows from it."""

from enum import StrEnum

from diaphane.kernel.actors import Actor
from diaphane.requests.models import ExamRequest, RequestState


class Stance(StrEnum):
    """Free to take, in my hands, in a colleague's, or decided."""

    FREE = "free"
    MINE = "mine"
    COLLEAGUE = "colleague"
    DECIDED = "decided"


def stance_of(request: ExamRequest, *, actor: Actor) -> Stance:
    """Return where the actor stands before a request."""
    if request.state == RequestState.SUBMITTED:
        return Stance.FREE
    if request.state in {RequestState.UNDER_REVIEW, RequestState.AWAITING_ANSWER}:
        return Stance.MINE if request.reviewer_id == actor.id else Stance.COLLEAGUE
    return Stance.DECIDED
