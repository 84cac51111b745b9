"""The platform itself: rules, rights, machines."""

from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import PROFESSIONAL_ROLES, Role

from .right import Reach, Section, allow

SECTION = Section(
    _("The platform"),
    (
        allow("platform.rules", _("Read the rules of the guide"), *PROFESSIONAL_ROLES, reach=Reach.PLATFORM),
        allow("platform.rights", _("Read who may do what"), *PROFESSIONAL_ROLES, reach=Reach.PLATFORM),
        allow(
            "machine.admit",
            _("Let a gateway in, or shut it out"),
            Role.ADMINISTRATOR,
            Role.SYSTEM,
            reach=Reach.PLATFORM,
        ),
    ),
)
