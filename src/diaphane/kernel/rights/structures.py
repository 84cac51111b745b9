"""People, what they have in order, structures and the conventions between them (R18–R20, R24, R26)."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import PROFESSIONAL_ROLES, Role

from .right import Reach, Right, Section, allow


def _administer(action: str, label: Promise) -> Right:
    return allow(action, label, Role.ADMINISTRATOR, reach=Reach.SITE)


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
            "credential.open",
            _("Open a proof: one’s own, or of one’s people for an administrator"),
            *PROFESSIONAL_ROLES,
            reach=Reach.OWN,
        ),
        _administer("people.see", _("See the people of one’s structure, and what they have in order")),
        _administer("people.register", _("Write the RPPS and the speciality of a person of one’s structure")),
        _administer("credential.check", _("Check a professional's proof")),
        _administer("credential.refuse", _("Refuse a professional's proof")),
        _administer("structure.see", _("See one’s structure and its partners")),
        _administer("structure.change", _("Change how one’s structure is reached")),
        _administer("convention.see", _("See the conventions of one’s structure")),
        _administer("convention.propose", _("Propose a convention")),
        _administer("convention.accept", _("Sign a convention that the other structure proposes")),
        _administer("convention.decline", _("Decline or withdraw a convention that is not signed by both")),
        _administer("convention.ask_end", _("Ask for the end of a convention")),
        _administer("convention.keep", _("Keep a convention whose end was asked for")),
        _administer("convention.end", _("Sign the end of a convention")),
    ),
)
