"""Where an imageur stands before a request: what the page offers follows from it."""

from enum import StrEnum

from diaphane.kernel.actors import Actor
from diaphane.requests.models import ExamRequest, RequestState

_HELD = frozenset(
    {RequestState.UNDER_REVIEW, RequestState.AWAITING_ANSWER, RequestState.SUBSTITUTION_PROPOSED}
)


class Stance(StrEnum):
    """Free to take, in my hands, waiting for an answer to my proposal, in a colleague's, or decided."""

    FREE = "free"
    MINE = "mine"
    PROPOSED = "proposed"
    COLLEAGUE = "colleague"
    DECIDED = "decided"


def stance_of(request: ExamRequest, *, actor: Actor) -> Stance:
    """Return where the actor stands before a request."""
    if request.state == RequestState.SUBMITTED:
        return Stance.FREE
    if request.state in _HELD:
        if request.reviewer_id != actor.id:
            return Stance.COLLEAGUE
        return Stance.PROPOSED if request.state == RequestState.SUBSTITUTION_PROPOSED else Stance.MINE
    return Stance.DECIDED
