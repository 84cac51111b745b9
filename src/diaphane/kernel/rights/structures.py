"""People, what they have in order, structures and the conventions between them (R18–R20, R24, R26)."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import PROFESSIONAL_ROLES, Role

from .right import (
    ADMINISTRATOR,
    IMAGEUR,
    PLATFORM,
    REQUESTER,
    TECHNOLOGIST,
    Reach,
    Right,
    Section,
    allow,
)


def _administer(action: str, label: Promise) -> Right:
    return allow(action, label, ADMINISTRATOR, reach=Reach.SITE)


def _write(action: str, label: Promise, *others: Role) -> Right:
    """Give an action on the papers of one's own site to the administrator and to those who work there."""
    return allow(action, label, ADMINISTRATOR, *others, reach=Reach.SITE)


def _manage(action: str, label: Promise, *others: Role) -> Right:
    """Give an action to the administrator on their own structure, and to that of the platform on all."""
    return allow(action, label, ADMINISTRATOR, PLATFORM, *others, reach=Reach.SITE)


SECTION = Section(
    _("People and structures"),
    (
        allow(
            "credential.deposit",
            _("Keep one’s own professional file: bring proofs"),
            *PROFESSIONAL_ROLES,
            reach=Reach.OWN,
        ),
        allow(
            "role.choose",
            _("Choose in which of one’s roles one acts"),
            *PROFESSIONAL_ROLES,
            reach=Reach.OWN,
        ),
        allow(
            "credential.open",
            _("Open a proof: one’s own, or of one’s people for an administrator"),
            *PROFESSIONAL_ROLES,
            reach=Reach.OWN,
        ),
        _manage("people.see", _("See the people of one’s structure, and what they have in order")),
        _manage("people.register", _("Write the RPPS and the speciality of a person of one’s structure")),
        _manage("account.open", _("Open the account of a professional, and invite them"), Role.SYSTEM),
        _manage("account.close", _("Close the account of a professional, or open it again")),
        _manage("role.give", _("Give a role at one’s structure to another person"), Role.SYSTEM),
        _manage("role.end", _("End a role at one’s structure")),
        _administer("credential.check", _("Check a professional's proof")),
        _administer("credential.refuse", _("Refuse a professional's proof")),
        allow(
            "structure.any",
            _("Do on every structure what an administrator does on theirs"),
            PLATFORM,
            Role.SYSTEM,
            reach=Reach.PLATFORM,
        ),
        allow(
            "structure.create",
            _("Create a structure, and the sites of one"),
            PLATFORM,
            Role.SYSTEM,
            reach=Reach.PLATFORM,
        ),
        _manage("structure.see", _("See one’s structure and its partners")),
        _manage("structure.change", _("Change how one’s structure is reached")),
        _administer("room.see", _("See the rooms of one’s site, and what is booked in them")),
        _administer("room.change", _("Write a room of one’s site: its hours, its closures")),
        _administer("roster.see", _("See the roster of one’s structure, and the holes in it")),
        _administer("roster.change", _("Put the radiologists of one’s structure on duty")),
        _administer("convention.see", _("See the conventions of one’s structure")),
        _administer("convention.propose", _("Propose a convention")),
        _administer("convention.accept", _("Sign a convention that the other structure proposes")),
        _administer("convention.decline", _("Decline or withdraw a convention that is not signed by both")),
        _administer("convention.ask_end", _("Ask for the end of a convention")),
        _administer("convention.keep", _("Keep a convention whose end was asked for")),
        _administer("convention.end", _("Sign the end of a convention")),
        _write(
            "paper.see",
            _("Read the papers of one’s site and of its partners"),
            REQUESTER,
            IMAGEUR,
            TECHNOLOGIST,
        ),
        _write("paper.write", _("Write a paper of one’s site"), REQUESTER, IMAGEUR, TECHNOLOGIST),
        _write("paper.approve", _("Approve a paper that another person wrote"), REQUESTER, IMAGEUR),
        _administer("paper.withdraw", _("Withdraw a version of a paper")),
        _write("paper.pledge", _("Commit by name to a charter"), REQUESTER, IMAGEUR, TECHNOLOGIST),
        _write("equipment.keep", _("Keep the list of the site’s equipment and its checks"), TECHNOLOGIST),
    ),
)
