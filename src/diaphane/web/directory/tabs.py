"""The parts of the directory, as tabs: those that the role may open."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import Actor
from diaphane.kernel.rights import may

_PARTS = (
    ("people", _("People"), "directory:people", "people.see"),
    ("structures", _("Structures"), "directory:structures", "structure.see"),
    ("conventions", _("Conventions"), "directory:conventions", "convention.see"),
    ("papers", _("Papers"), "papers:list", "paper.see"),
    ("rooms", _("Rooms"), "rooms:list", "room.see"),
    ("roster", _("Roster"), "rosters:roster", "roster.see"),
    ("hospital", _("Hospital"), "admissions:list", "admission.see"),
    ("machines", _("Connected machines"), "directory:machines", "machine.admit"),
)


@dataclass(frozen=True)
class Tab:
    """One tab, as the component draws it."""

    label: Promise
    href: str
    is_current: bool
    count: int | None = None


def list_tabs(actor: Actor, current: str) -> list[Tab]:
    """List the parts that are open to an actor, one of them current."""
    open_parts = [part for part in _PARTS if may(actor, part[3])]
    return [Tab(label, reverse(name), key == current) for key, label, name, _action in open_parts]
