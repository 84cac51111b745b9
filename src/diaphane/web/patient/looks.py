"""Who has looked at my exam: people, once each, in everyday words; machines and myself apart (R43)."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from diaphane.acts.emergency_queries import list_emergencies_of_act
from diaphane.acts.models import EmergencyAccess
from diaphane.audit.models import Entry
from diaphane.audit.queries import list_views_of_act
from diaphane.kernel.actors import Actor, Role
from diaphane.sharing.queries import map_senders

from .words import OPENED, name_role

_MACHINES = frozenset({Role.EDGE, Role.SERVICE, Role.SYSTEM})


@dataclass
class Look:
    """One person who has looked: what they opened, when last, and why where they are not of the care team."""

    name: str
    role: str | Promise
    structure: str
    last_at: datetime
    opened: list[str | Promise] = field(default_factory=list)
    emergencies: list[EmergencyAccess] = field(default_factory=list)


@dataclass(frozen=True)
class Looks:
    """Everyone who has looked at an exam, latest first."""

    people: list[Look]
    mine: Look | None
    machines: list[str]


def list_looks(act_id: UUID, *, actor: Actor) -> Looks:
    """Gather the audit's views of one act, as its patient reads them."""
    people: dict[tuple[UUID, str], Look] = {}
    machines: dict[str, None] = {}
    senders = map_senders(act_id)
    for entry in list_views_of_act(act_id):
        if entry.actor_role in _MACHINES:
            machines.setdefault(entry.actor_label)
        else:
            _add(people.setdefault((entry.actor_id, entry.actor_role), _begin(entry, senders)), entry)
    for access in list_emergencies_of_act(act_id):
        key = (access.person_id, access.role)
        people.setdefault(key, _begin_in_emergency(access)).emergencies.append(access)
    mine = people.pop((actor.id, Role.PATIENT.value), None)
    return Looks(list(people.values()), mine, list(machines))


def _begin(entry: Entry, senders: dict[UUID, str]) -> Look:
    role = name_role(entry.actor_role)
    if entry.actor_id in senders:
        role = _("from another place, by the link of %(sender)s") % {"sender": senders[entry.actor_id]}
    return Look(entry.actor_label, role, entry.structure_label, entry.occurred_at)


def _begin_in_emergency(access: EmergencyAccess) -> Look:
    """Begin the line of somebody who asked and has not looked: the patient knows of them too."""
    return Look(access.person_label, name_role(access.role), access.structure_label, access.opened_at)


def _add(look: Look, entry: Entry) -> None:
    opened = OPENED.get(entry.action)
    if opened is not None and opened not in look.opened:
        look.opened.append(opened)
