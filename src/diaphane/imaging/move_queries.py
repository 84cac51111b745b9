"""Read what was decided on whose images these are, starting from who asks."""

from uuid import UUID

from django.db.models import QuerySet

from diaphane.acts.models import Act
from diaphane.kernel.actors import Actor

from .models import Move, MoveState, Study


def list_moves(act: Act, *, actor: Actor) -> QuerySet[Move]:
    """List the moves to and from an act that the actor may see, the latest first."""
    return (
        Move.objects.visible_to(actor).filter(act=act).defer("before", "after").order_by("-asked_at", "-pk")
    )


def list_recent_moves(actor: Actor, *, most: int) -> list[Move]:
    """List the latest moves that a technologist or an imageur may see."""
    found = Move.objects.visible_to(actor).defer("before", "after")
    return list(found.order_by("-asked_at", "-pk")[:most])


def list_proposals(act: Act) -> QuerySet[Move]:
    """List the moves to an act that wait for a second person."""
    return (
        Move.objects.filter(act=act, state=MoveState.PROPOSED).defer("before", "after").order_by("asked_at")
    )


def find_proposal(study: Study) -> Move | None:
    """Return what is proposed for a waiting study, if anything."""
    return Move.objects.filter(study_id=study.pk, state=MoveState.PROPOSED).select_related("act").first()


def map_proposals(study_ids: list[UUID]) -> dict[UUID, Move]:
    """Map waiting studies to what is proposed for them."""
    found = Move.objects.filter(study_id__in=study_ids, state=MoveState.PROPOSED).defer("before", "after")
    return {each.study_id: each for each in found.order_by("pk")}


def get_move(move_id: UUID, *, act: Act, actor: Actor) -> Move:
    """Return one move of an act.

    Raises:
        Move.DoesNotExist: unknown, another act's, or not open to this actor.
    """
    return Move.objects.visible_to(actor).get(pk=move_id, act=act)


def get_study_of(act: Act, study_id: UUID) -> Study:
    """Return one study attached to an act.

    Raises:
        Study.DoesNotExist: unknown, or another act's.
    """
    return Study.objects.get(pk=study_id, act=act)


def find_moving_study(move: Move) -> Study | None:
    """Return the study that a proposal is about, or None when it is gone."""
    return Study.objects.filter(pk=move.study_id).first()
