"""Read requests, always from the actor's rights."""

from uuid import UUID

from django.db.models import Case, IntegerField, QuerySet, Value, When

from diaphane.acts.models import Act
from diaphane.kernel.actors import Actor

from .models import ExamRequest, RequestState

_OPEN = (RequestState.SUBMITTED, RequestState.UNDER_REVIEW, RequestState.AWAITING_ANSWER)
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
