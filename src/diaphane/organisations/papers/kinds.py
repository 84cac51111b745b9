"""Every kind of paper, as one table: its requirements, who writes and approves it, what it gates, how long.

Periods are ours, after the guide's « reviewed periodically », and wait for a site to say otherwise.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import Role
from diaphane.organisations.models import PaperKind


class Activity(StrEnum):
    """What a site opens once its papers are in force."""

    TELEDIAGNOSIS = "telediagnosis"

    @property
    def label(self) -> Promise:
        """The words used on screen."""
        return _("Exams asked for and read at a distance")


@dataclass(frozen=True)
class Kind:
    """What one kind of paper is for, and how it lives."""

    requirements: tuple[str, ...]
    purpose: Promise
    writers: frozenset[Role]
    approvers: frozenset[Role]
    holds_months: int
    icon: str
    gates: frozenset[Activity] = frozenset()
    is_pledged: bool = False

    @property
    def requirement(self) -> str:
        """Return the requirement that is named when it is missing."""
        return self.requirements[0]


_DIRECTION = frozenset({Role.ADMINISTRATOR})
_PHYSICIANS = frozenset({Role.REQUESTING_PHYSICIAN, Role.IMAGEUR})
_TEAM = _DIRECTION | _PHYSICIANS | {Role.TECHNOLOGIST}
_SIGNERS = _DIRECTION | _PHYSICIANS
_OPENS = frozenset({Activity.TELEDIAGNOSIS})
_YEAR = 12

KINDS: dict[PaperKind, Kind] = {
    PaperKind.PROJECT: Kind(
        ("R7", "R9", "R11"),
        _("Acts, conditions, populations, professionals, structures, perimeter, expected results"),
        _DIRECTION | _PHYSICIANS,
        _SIGNERS,
        3 * _YEAR,
        "clipboard-text",
        _OPENS,
    ),
    PaperKind.RISKS: Kind(
        ("R8",),
        _("What can go wrong, how it is prevented, and who answers"),
        _TEAM,
        _SIGNERS,
        _YEAR,
        "alert-triangle",
        _OPENS,
    ),
    PaperKind.EQUIPMENT: Kind(
        ("R12", "R22", "R23"),
        _("Rooms, machines, network and screens; the list and its checks are printed with it"),
        _TEAM,
        _SIGNERS,
        _YEAR,
        "tool",
        _OPENS,
    ),
    PaperKind.REFUSAL: Kind(
        ("R15",),
        _("What is done when a patient says no, before or during the exam"),
        _TEAM,
        _SIGNERS,
        2 * _YEAR,
        "hand-stop",
        _OPENS,
    ),
    PaperKind.INELIGIBILITY: Kind(
        ("R15",),
        _("What is done when an exam cannot be made at a distance"),
        _TEAM,
        _SIGNERS,
        2 * _YEAR,
        "route",
        _OPENS,
    ),
    PaperKind.FAILURE: Kind(
        ("R15",),
        _("What is done when a machine, the link or the platform fails"),
        _TEAM,
        _SIGNERS,
        2 * _YEAR,
        "plug-connected-x",
        _OPENS,
    ),
    PaperKind.PROGNOSIS: Kind(
        ("R15",),
        _("Who tells a grave result, where, how, and with whom"),
        _PHYSICIANS,
        _PHYSICIANS | _DIRECTION,
        2 * _YEAR,
        "heart",
        _OPENS,
    ),
    PaperKind.DEGRADED: Kind(
        ("R16",),
        _("How the work goes on without the platform, and how it is written in afterwards"),
        _TEAM,
        _SIGNERS,
        2 * _YEAR,
        "wifi-off",
        _OPENS,
    ),
    PaperKind.TRAINING: Kind(
        ("R25",),
        _("What each role needs to learn, reviewed each year"),
        _TEAM,
        _SIGNERS,
        _YEAR,
        "book",
    ),
    PaperKind.COMMITMENT: Kind(
        ("R27",),
        _("What each professional commits to: procedures and evaluation; each one says so by name"),
        _DIRECTION | _PHYSICIANS,
        _SIGNERS,
        3 * _YEAR,
        "signature",
        is_pledged=True,
    ),
}


def list_gating(activity: Activity) -> list[PaperKind]:
    """List the kinds without which an activity stays closed, in the order of the table."""
    return [kind for kind, terms in KINDS.items() if activity in terms.gates]


def name_roles(roles: Iterable[Role]) -> str:
    """Return roles in words, in their usual order."""
    wanted = frozenset(roles)
    return ", ".join(str(role.label) for role in Role if role in wanted)
