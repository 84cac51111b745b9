"""Ask who may see an act."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from diaphane.kernel.actors import Actor

from .models import Grant


def list_act_ids(actor: Actor) -> QuerySet[Grant, UUID]:
    """Return the ids of the acts open to an actor, as a subquery."""
    return Grant.objects.held_by(actor).values_list("act_id", flat=True)


def can_see_act(actor: Actor, act_id: UUID) -> bool:
    """Say whether an actor may see one act now."""
    return Grant.objects.held_by(actor).filter(act_id=act_id).exists()


def keep_visible_acts(actor: Actor, act_ids: Iterable[UUID]) -> set[UUID]:
    """Keep, of these acts, those that an actor may see now."""
    return set(list_act_ids(actor).filter(act_id__in=set(act_ids)))


def is_reader_for_a_while(actor: Actor, act_id: UUID) -> bool:
    """Say whether an act is open to an actor by an emergency alone: to be read, not to be decided on."""
    ends = list(Grant.objects.held_by(actor).filter(act_id=act_id).values_list("ends_at", flat=True))
    return bool(ends) and None not in ends
