"""Who the patients of a site are, and how far each identity is trusted (R40)."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import Role

from .right import REQUESTER, TECHNOLOGIST, Reach, Right, Section, allow


def _at_site(action: str, label: Promise, *others: Role) -> Right:
    return allow(action, label, REQUESTER, TECHNOLOGIST, Role.ADMINISTRATOR, *others, reach=Reach.SITE)


def _administer(action: str, label: Promise) -> Right:
    return allow(action, label, Role.ADMINISTRATOR, reach=Reach.SITE)


SECTION = Section(
    _("Identities"),
    (
        _at_site("identity.see", _("See the identities of one’s site that are not certain"), Role.SYSTEM),
        _at_site("identity.register", _("Register an unidentified patient, then say who they are")),
        _at_site("identity.validate", _("Validate an identity by a document seen")),
        _at_site("identity.retrieve", _("Take an identity from the national service")),
        _at_site("identity.qualify", _("Qualify an identity")),
        _at_site("identity.lose_ins", _("Take note that an INS is no longer confirmed")),
        _at_site("identity.lose_retrieved", _("Take note that an identity is no longer confirmed")),
        _at_site("identity.doubt", _("Doubt an identity")),
        _at_site("patient.invite", _("Give a patient their access, after a document was seen, or end it")),
        _at_site(
            "identity.correct",
            _("Correct the traits of a patient, with the reason and the proof"),
            Role.SYSTEM,
        ),
        _at_site(
            "relationship.keep", _("Write who stands for a patient: representatives, carers, whom to call")
        ),
        _at_site("identity_pair.merge", _("Merge two identities into one"), Role.SYSTEM),
        _at_site("identity_pair.set_apart", _("Say of two identities that they are two persons")),
        _at_site("identity_pair.compare_again", _("Compare again two identities that were set apart")),
        _at_site("identity_pair.review", _("Review a merge that another person made")),
        _at_site("identity_pair.unmerge", _("Undo a merge of identities")),
        _administer("admission.see", _("See the identity messages of one’s hospital, and those kept aside")),
        _administer("admission.settle", _("Try again, or dismiss, an identity message kept aside")),
        _administer("admission.admit", _("Let a system of one’s hospital send identities, or shut it out")),
    ),
)
