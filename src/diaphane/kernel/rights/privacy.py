"""The rights of persons over their data, and those who answer for them (R37, R38, R62)."""

from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import Role

from .right import REQUESTER, Reach, Section, allow

SECTION = Section(
    _("Data of persons"),
    (
        allow("privacy.export_own", _("Ask for a copy of one’s own data"), Role.PATIENT, reach=Reach.OWN),
        allow(
            "privacy.export",
            _("Hand a patient of one’s site a copy of their data, with the reason"),
            REQUESTER,
            reach=Reach.SITE,
        ),
        allow("objection.own", _("Object to a use of one’s own data"), Role.PATIENT, reach=Reach.OWN),
        allow(
            "objection.record",
            _("Record what a patient of one’s site objects to"),
            REQUESTER,
            reach=Reach.SITE,
        ),
        allow("breach.keep", _("Keep the file of breaches of personal data"), Role.DPO, reach=Reach.SITE),
        allow("trace.collect", _("Collect the traces of one’s structure"), Role.COLLECTOR, reach=Reach.SITE),
        allow(
            "patient.watch",
            _("Put the record of a patient of one’s site under watch"),
            Role.ADMINISTRATOR,
            reach=Reach.SITE,
        ),
        allow(
            "privacy.register",
            _("Read the register of processing"),
            Role.ADMINISTRATOR,
            Role.DPO,
            reach=Reach.PLATFORM,
        ),
    ),
)
