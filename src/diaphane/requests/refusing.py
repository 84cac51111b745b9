"""Refuse a request with a motive, words and another way; the demandeur reads it (R74, R75)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from diaphane.acts.operations import advance, open_duty, settle_duties
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.errors import ConflictError, NotAllowedError
from diaphane.kernel.rights import may

from .models import ExamRequest, RequestState
from .telling import owe_news_to_treating_physician
from .transitions import REQUEST_TABLE

ACKNOWLEDGE_REFUSAL_WITHIN = timedelta(hours=2)
REFUSAL_ACKNOWLEDGED = "request.refusal_acknowledged"
_DECIDABLE = (RequestState.UNDER_REVIEW, RequestState.SUBSTITUTION_PROPOSED)


def refuse_request(
    *,
    request: ExamRequest,
    motive: str,
    words: str,
    alternative: str,
    other_way: str = "",
    other_way_owner: str = "",
    by: Actor,
    at: datetime,
) -> ExamRequest:
    """Refuse with a motive, words and another way; the demandeur owes an acknowledgement (R74, R75).

    What is not feasible at a distance says which way is taken instead and who sees to it, and the médecin
    traitant is owed the news.
    """
    with transaction.atomic():
        ExamRequest.objects.filter(pk=request.pk, state__in=_DECIDABLE).update(
            refusal_motive=motive,
            refusal_words=words,
            alternative=alternative,
            other_way=other_way,
            other_way_owner=other_way_owner,
        )
        moved = advance(request, REQUEST_TABLE, "refuse", by=by, at=at)
        open_duty(
            moved.act,
            requirement="R74",
            guard=REFUSAL_ACKNOWLEDGED,
            owner=Role.REQUESTING_PHYSICIAN,
            due_at=at + ACKNOWLEDGE_REFUSAL_WITHIN,
            by=by,
            at=at,
        )
        if moved.refusal_motive == ExamRequest.Motive.NOT_FEASIBLE:
            owe_news_to_treating_physician(moved, by=by, at=at)
    return moved


def acknowledge_refusal(*, request: ExamRequest, by: Actor, at: datetime) -> None:
    """Record that the demandeur has read a refusal: its clock stops (R74).

    Raises:
        NotAllowedError: not a demandeur.
        ConflictError: not refused, or already acknowledged.
    """
    if not may(by, "request.acknowledge"):
        raise NotAllowedError(_("Only the requesting physician acknowledges a refusal."))
    with transaction.atomic():
        changed = ExamRequest.objects.filter(
            pk=request.pk, state=RequestState.REFUSED, refusal_acknowledged_at=None
        ).update(refusal_acknowledged_at=at)
        if not changed:
            raise ConflictError(_("This was already acknowledged."))
        settle_duties(request.act, REFUSAL_ACKNOWLEDGED, by=by, at=at)
