"""Who is on duty and reachable now: the second line first when the first is saturated (R10, R135)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from diaphane.kernel.actors import Actor, Role
from diaphane.organisations.models import Convention, Membership, Structure
from diaphane.organisations.opening import is_open_at
from diaphane.organisations.queries import get_ground, list_conventions

from .models import HandOver, Shift

_ORDER = {Shift.Kind.ON_SITE.value: 0, Shift.Kind.ON_CALL.value: 1, Shift.Kind.SECOND_LINE.value: 2}


@dataclass(frozen=True)
class Reachable:
    """Who can be reached now in one reading structure, in the order in which to call."""

    structure: Structure
    is_open: bool
    shifts: list[Shift]
    next_shift: Shift | None

    @property
    def is_saturated(self) -> bool:
        """Say whether everyone of the first line says that they are saturated."""
        first = [each for each in self.shifts if each.is_first_line]
        return bool(first) and all(each.saturated_at for each in first)


def list_reachable(actor: Actor, *, at: datetime) -> list[Reachable]:
    """List who can be reached now, for each structure that reads for the actor's, and for the actor's own."""
    today = timezone.localdate(at)
    running = [each for each in list_conventions(actor) if each.is_in_force(today)]
    reading = [each for each in running if Convention.Reader.IMAGEUR in each.readers]
    structures = {each.reading_structure_id: each.reading_structure for each in reading}
    return [
        _reach(structure, [each for each in reading if each.reading_structure_id == key], at)
        for key, structure in structures.items()
    ]


def list_on_duty(structure_id: UUID, *, at: datetime) -> list[Shift]:
    """List who is on duty now at a structure, in the order in which to call them."""
    now_on = Shift.objects.standing().filter(structure_id=structure_id, starts_at__lte=at, ends_at__gt=at)
    found = now_on.select_related("user__professional", "structure")
    return sorted(found, key=lambda each: (each.saturated_at is not None, _ORDER[each.kind], each.starts_at))


def find_own_shift(actor: Actor, *, at: datetime) -> Shift | None:
    """Return the shift that an imageur is on now."""
    own = Shift.objects.standing().of_structure(actor).filter(user_id=actor.id)
    return own.filter(starts_at__lte=at, ends_at__gt=at).first()


def list_roster(actor: Actor, *, since: datetime) -> QuerySet[Shift]:
    """List the shifts of the actor's structure that are not over."""
    found = Shift.objects.standing().of_structure(actor).filter(ends_at__gt=since)
    return found.select_related("user__professional").order_by("starts_at", "id")


def list_imageurs(actor: Actor) -> QuerySet[Membership]:
    """List the imageurs of the actor's structure, by name."""
    held = Membership.objects.unended().filter(structure_id=get_ground(actor), role=Role.IMAGEUR.value)
    return held.filter(user__is_active=True).select_related("user__professional").order_by("user__name")


def list_hand_overs(actor: Actor) -> QuerySet[HandOver]:
    """List the hand-overs that an imageur gave or receives, the last first."""
    mine = HandOver.objects.filter(giver_id=actor.id) | HandOver.objects.filter(receiver_id=actor.id)
    found = mine.filter(structure_id=get_ground(actor)).prefetch_related("cases__act__patient")
    return found.order_by("-proposed_at")


def get_hand_over(hand_over_id: UUID, *, actor: Actor) -> HandOver:
    """Return a hand-over that an imageur gave or receives.

    Raises:
        HandOver.DoesNotExist: unknown, or between other people.
    """
    return list_hand_overs(actor).get(pk=hand_over_id)


def _reach(structure: Structure, conventions: Iterable[Convention], at: datetime) -> Reachable:
    later = Shift.objects.standing().filter(structure_id=structure.pk, starts_at__gt=at)
    return Reachable(
        structure=structure,
        is_open=any(is_open_at(each, at) for each in conventions),
        shifts=list_on_duty(structure.pk, at=at),
        next_shift=later.select_related("user").order_by("starts_at").first(),
    )
