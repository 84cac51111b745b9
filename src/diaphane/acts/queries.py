"""Read an act's history, its ledger, and what is still owed."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from diaphane.events.models import Event
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.transitions import iter_guards

from .models import Act, Duty, LedgerEntry, Step


@dataclass(frozen=True)
class LedgerLine:
    """One guard of the act's ledger: satisfied (``entry``), owed (``duty``), or still ahead (neither)."""

    requirement: str
    title: str
    step: str
    entry: LedgerEntry | None
    duty: Duty | None

    @property
    def status(self) -> str:
        """Return ``satisfied``, ``owed`` or ``ahead``."""
        if self.entry is not None:
            return "satisfied"
        return "owed" if self.duty is not None else "ahead"


def get_act(act_id: UUID, *, actor: Actor) -> Act:
    """Return one act that the actor may see.

    Raises:
        Act.DoesNotExist: unknown, or another site's: the two look the same from outside.
    """
    return Act.objects.visible_to(actor).get(pk=act_id)


def get_act_of_event(event: Event) -> Act:
    """Return the act that an event speaks of; for the system's own handlers.

    Raises:
        ValueError: the event speaks of no act.
    """
    if event.act_id is None:
        raise ValueError(f"the event {event.pk} speaks of no act")
    return Act.objects.select_related("patient", "requesting_site", "reading_structure").get(pk=event.act_id)


def list_ledger(act: Act) -> list[LedgerLine]:
    """List every guard of the journey once, in its order, with who satisfied it or what is owed."""
    entries = {each.guard: each for each in LedgerEntry.objects.filter(act=act).order_by("id")}
    duties = {each.guard: each for each in Duty.objects.filter(act=act, state=Duty.State.OPEN)}
    lines: dict[str, LedgerLine] = {}
    for table, transition, guard in iter_guards():
        if table.is_exceptional:
            continue
        lines.setdefault(
            guard.code,
            LedgerLine(
                guard.requirement,
                str(guard.title),
                str(transition.label),
                entries.get(guard.code),
                duties.get(guard.code),
            ),
        )
    return list(lines.values())


def list_steps(act: Act) -> QuerySet[Step]:
    """List the state changes of an act, oldest first."""
    return Step.objects.filter(act=act).order_by("id")


def list_acts_of_patient(patient_id: UUID) -> QuerySet[Act]:
    """List the acts of a patient, oldest first; for the system's own handlers."""
    return Act.objects.filter(patient_id=patient_id).order_by("created_at")


def list_act_ids_of_structure(structure_id: UUID) -> QuerySet[Act, UUID]:
    """Return the ids of the acts that a structure asked for or reads, as a subquery."""
    theirs = Q(requesting_site_id=structure_id) | Q(reading_structure_id=structure_id)
    return Act.objects.filter(theirs).order_by().values_list("pk", flat=True)


def list_open_duties(act: Act) -> QuerySet[Duty]:
    """List what is still owed, most urgent first."""
    return Duty.objects.filter(act=act, state=Duty.State.OPEN).order_by("due_at")


def list_open_duties_of(person_id: UUID, *, guards: Collection[str]) -> QuerySet[Duty]:
    """List what one person's steps left owing under some guards, on every act."""
    return Duty.objects.filter(actor_id=person_id, guard__in=guards, state=Duty.State.OPEN)


def list_open_duties_at(site_id: UUID, *, guard: str) -> QuerySet[Duty]:
    """List what is owed under a guard on every act that a site asked for."""
    return Duty.objects.filter(act__requesting_site_id=site_id, guard=guard, state=Duty.State.OPEN)


def map_owed(role: Role, *, acts: Collection[UUID]) -> dict[UUID, set[str]]:
    """Return what a role still owes on some acts: the guards, by act."""
    owed: dict[UUID, set[str]] = {}
    found = Duty.objects.filter(owner_role=role.value, state=Duty.State.OPEN, act_id__in=acts)
    for act_id, guard in found.values_list("act_id", "guard"):
        owed.setdefault(act_id, set()).add(guard)
    return owed
