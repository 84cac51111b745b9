"""The platform itself: rules, rights, machines."""

from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import PROFESSIONAL_ROLES, Role

from .right import ADMINISTRATOR, IMAGEUR, PLATFORM, REQUESTER, TECHNOLOGIST, TREATING, Reach, Section, allow

SECTION = Section(
    _("The platform"),
    (
        allow("platform.rules", _("Read the rules of the guide"), *PROFESSIONAL_ROLES, reach=Reach.PLATFORM),
        allow("platform.rights", _("Read who may do what"), *PROFESSIONAL_ROLES, reach=Reach.PLATFORM),
        allow(
            "emergency.open",
            _("Open an exam in an emergency outside its team, to read it for four hours, with a reason"),
            REQUESTER,
            IMAGEUR,
            TECHNOLOGIST,
            TREATING,
            reach=Reach.EMERGENCY,
        ),
        allow(
            "emergency.review",
            _("Review the accesses made in an emergency"),
            Role.DPO,
            reach=Reach.SITE,
        ),
        allow("trace.review", _("Review the looks that stand out"), Role.DPO, reach=Reach.SITE),
        allow(
            "machine.admit",
            _("Let a gateway or a connected service in at one’s structure, renew its token, or shut it out"),
            ADMINISTRATOR,
            PLATFORM,
            Role.SYSTEM,
            reach=Reach.SITE,
        ),
    ),
)
