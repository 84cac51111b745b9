"""Who has looked: people, once each, what they opened and why, in everyday words; machines apart (R43)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.timezone import localdate

from diaphane.acts.emergency_queries import list_emergencies_of_act
from diaphane.acts.models import EmergencyAccess
from diaphane.audit.models import Entry
from diaphane.audit.queries import list_views_of_act, list_views_of_patient
from diaphane.kernel.actors import Actor, Role
from diaphane.patients.queries import list_identities

from .reasons import find_reasons, name_reason
from .words import OPENED, name_role

_MACHINES = frozenset({Role.EDGE, Role.SERVICE, Role.SYSTEM})


@dataclass(frozen=True)
class Opened:
    """One thing that someone opened, and when they last did."""

    what: str | Promise
    at: datetime

    @property
    def day(self) -> date:
        """Return the day here, by which the page gathers."""
        return localdate(self.at)


@dataclass
class Look:
    """One person who has looked: who, from where, why, and what they opened, each with its last time."""

    name: str
    role: str | Promise
    structure: str
    why: str | Promise
    opened: list[Opened] = field(default_factory=list)
    emergencies: list[EmergencyAccess] = field(default_factory=list)


@dataclass(frozen=True)
class Looks:
    """Everyone who has looked, latest first."""

    people: list[Look]
    mine: Look | None
    machines: list[str]


Why = Callable[[UUID, str, str], str | Promise]


def list_looks(act_id: UUID, *, actor: Actor) -> Looks:
    """Gather the audit's views of one act, as its patient reads them."""
    reasons = find_reasons(act_id)
    people, machines = _gather(list_views_of_act(act_id), reasons.say)
    for access in list_emergencies_of_act(act_id):
        people.setdefault((access.person_id, access.role), _begin_in_emergency(access)).emergencies.append(
            access
        )
    for (person_id, _role), look in people.items():
        if person_id in reasons.links:
            look.role = reasons.links[person_id].recipient_profession
        if look.emergencies and not reasons.takes_part(person_id):
            look.why = ""  # the emergency says why
    return _sort(people, machines, actor)


def list_other_looks(patient_id: UUID, *, actor: Actor) -> Looks:
    """Gather who opened what is held of a patient outside any exam: their identity, their copies."""
    views = list_views_of_patient(list_identities(patient_id))
    people, machines = _gather(views, lambda _id, role, _label: name_reason(role))
    return _sort(people, machines, actor)


def _gather(entries: Iterable[Entry], why: Why) -> tuple[dict[tuple[UUID, str], Look], list[str]]:
    people: dict[tuple[UUID, str], Look] = {}
    machines: dict[str, None] = {}
    for entry in entries:
        if entry.actor_role in _MACHINES:
            machines.setdefault(entry.actor_label)
        else:
            _add(people.setdefault((entry.actor_id, entry.actor_role), _begin(entry, why)), entry)
    return people, list(machines)


def _sort(people: dict[tuple[UUID, str], Look], machines: list[str], actor: Actor) -> Looks:
    mine = people.pop((actor.id, Role.PATIENT.value), None)
    return Looks(list(people.values()), mine, machines)


def _begin(entry: Entry, why: Why) -> Look:
    said = why(entry.actor_id, entry.actor_role, entry.actor_label)
    return Look(entry.actor_label, name_role(entry.actor_role), entry.structure_label, said)


def _begin_in_emergency(access: EmergencyAccess) -> Look:
    """Begin the line of somebody who asked and has not looked: the patient knows of them too."""
    return Look(access.person_label, name_role(access.role), access.structure_label, "")


def _add(look: Look, entry: Entry) -> None:
    what = OPENED.get(entry.action)
    if what is not None and what not in [each.what for each in look.opened]:
        look.opened.append(Opened(what, entry.occurred_at))
