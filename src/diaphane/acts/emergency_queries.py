"""Read the accesses in an emergency: mine, those to review, those of an act."""

from datetime import datetime
from uuid import UUID

from django.db.models import F, QuerySet

from diaphane.kernel.actors import Actor

from .models import EmergencyAccess


def list_my_emergencies(actor: Actor, *, at: datetime) -> QuerySet[EmergencyAccess]:
    """List what is open to a person in an emergency now, in the role they act in."""
    mine = EmergencyAccess.objects.filter(person_id=actor.id, role=actor.role.value, ended_at=None)
    return mine.filter(ends_at__gt=at).select_related("act__patient", "act__requesting_site")


def get_my_emergency(access_id: UUID, *, actor: Actor) -> EmergencyAccess:
    """Return one access of one's own.

    Raises:
        EmergencyAccess.DoesNotExist: unknown, or somebody else's.
    """
    return EmergencyAccess.objects.select_related("act").get(pk=access_id, person_id=actor.id)


def list_to_review(actor: Actor) -> QuerySet[EmergencyAccess]:
    """List the accesses that an administrator reviews: those that wait first, oldest first."""
    order = (F("reviewed_at").desc(nulls_first=True), "opened_at")
    return EmergencyAccess.objects.visible_to(actor).order_by(*order)


def get_to_review(access_id: UUID, *, actor: Actor) -> EmergencyAccess:
    """Return one access that an administrator reviews.

    Raises:
        EmergencyAccess.DoesNotExist: unknown, or not theirs.
    """
    return EmergencyAccess.objects.visible_to(actor).get(pk=access_id)


def list_emergencies_of_act(act_id: UUID) -> QuerySet[EmergencyAccess]:
    """List who opened an act in an emergency, oldest first: its team and its patient read it (R43)."""
    return EmergencyAccess.objects.filter(act_id=act_id).order_by("opened_at")
