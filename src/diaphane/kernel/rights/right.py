"""One line of the table of rights: an action, in words, the roles that have it, and how far it reaches."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import Role

REQUESTER = Role.REQUESTING_PHYSICIAN
IMAGEUR = Role.IMAGEUR
TECHNOLOGIST = Role.TECHNOLOGIST
TREATING = Role.TREATING_PHYSICIAN
SECRETARY = Role.SECRETARY
ADMINISTRATOR = Role.ADMINISTRATOR
PLATFORM = Role.PLATFORM_ADMINISTRATOR


class Reach(StrEnum):
    """On what a right bears: never on everything of everybody."""

    ACTS = "acts"
    SITE = "site"
    OWN = "own"
    PLATFORM = "platform"
    EMERGENCY = "emergency"

    @property
    def label(self) -> Promise:
        """The words used on screen."""
        return _REACHES[self]


_REACHES = {
    Reach.ACTS: _("exams open to their team"),
    Reach.SITE: _("their own site"),
    Reach.OWN: _("what is theirs"),
    Reach.PLATFORM: _("the platform, without any patient"),
    Reach.EMERGENCY: _("an exam that they name exactly"),
}


@dataclass(frozen=True)
class Right:
    """One action and the roles that may do it; ``action`` of a transition is its machine and its name."""

    action: str
    label: Promise
    roles: frozenset[Role]
    reach: Reach


@dataclass(frozen=True)
class Section:
    """The actions of one moment of the journey."""

    label: Promise
    rights: tuple[Right, ...]


def allow(action: str, label: Promise, *roles: Role, reach: Reach = Reach.ACTS) -> Right:
    """Write one line of the table."""
    return Right(action, label, frozenset(roles), reach)
