"""Read requests, always from the actor's rights."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Case, IntegerField, QuerySet, Value, When

from diaphane.acts.models import Act
from diaphane.acts.queries import list_open_duties
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import Missing, Text
from diaphane.kernel.transitions import Guard

from .guards import MAMMOGRAPHY, ULTRASOUND
from .models import ExamRequest, RequestState
from .transitions import REQUEST_TABLE

_OPEN = (
    RequestState.SUBMITTED,
    RequestState.UNDER_REVIEW,
    RequestState.AWAITING_ANSWER,
    RequestState.SUBSTITUTION_PROPOSED,
)
_URGENCY_ORDER = Case(
    *(
        When(act__requested_urgency=urgency, then=Value(rank))
        for rank, urgency in enumerate(Act.Urgency.values)
    ),
    output_field=IntegerField(),
)


def get_request(act_id: UUID, *, actor: Actor) -> ExamRequest:
    """Return the request of an act that the actor may see.

    Raises:
        ExamRequest.DoesNotExist: unknown, or not open to this actor.
    """
    return ExamRequest.objects.visible_to(actor).get(act_id=act_id)


def list_requests(actor: Actor) -> QuerySet[ExamRequest]:
    """List the requests of a demandeur's site, latest first, discarded drafts left out."""
    return ExamRequest.objects.visible_to(actor).exclude(state=RequestState.DISCARDED).order_by("-created_at")


def list_to_review(actor: Actor) -> QuerySet[ExamRequest]:
    """List what waits for an imageur: the most urgent first, then the oldest."""
    return (
        ExamRequest.objects.visible_to(actor).filter(state__in=_OPEN).order_by(_URGENCY_ORDER, "submitted_at")
    )


@dataclass(frozen=True)
class Gap:
    """What one guard of the sending still waits for."""

    guard: Guard
    missing: tuple[Missing, ...]


@dataclass(frozen=True)
class Completeness:
    """How far a draft is: what blocks it, and what a vital emergency lets wait."""

    blocking: tuple[Gap, ...]
    owed: tuple[Gap, ...]

    @property
    def is_ready(self) -> bool:
        """Say whether it can be sent now."""
        return not self.blocking

    @property
    def missing_count(self) -> int:
        """Count the answers without which it cannot be sent."""
        return sum(len(gap.missing) for gap in self.blocking)

    @property
    def refused_exam(self) -> Text | None:
        """Say why the exam that was chosen is never read here, when it is one of those (R1, R4)."""
        for gap in self.blocking:
            if gap.guard in {MAMMOGRAPHY, ULTRASOUND}:
                return gap.missing[0].what
        return None


def weigh_draft(request: ExamRequest, *, actor: Actor) -> Completeness:
    """Say what a draft still waits for before it can be sent (R63–R69), without moving it."""
    blocking, owed = [], []
    for guard in REQUEST_TABLE["submit"].guards:
        found = guard.check(request, actor)
        if found is None:
            continue
        if request.act.is_vital and guard.yields_to_vital:
            owed.append(Gap(guard, found.flatten()))
        else:
            blocking.append(Gap(guard, found.flatten()))
    return Completeness(tuple(blocking), tuple(owed))


def list_owed(request: ExamRequest, *, actor: Actor) -> tuple[Gap, ...]:
    """List what a vital emergency let wait, and that can be written in the request now (states.md, V)."""
    owed = {duty.guard for duty in list_open_duties(request.act)}
    guards = (guard for guard in REQUEST_TABLE["submit"].guards if guard.code in owed)
    found = ((guard, guard.check(request, actor)) for guard in guards)
    return tuple(Gap(guard, missing.flatten()) for guard, missing in found if missing)
