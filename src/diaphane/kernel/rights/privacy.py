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
        allow(
            "retention.see",
            _("See what is past its retention, by opaque numbers"),
            Role.DPO,
            reach=Reach.SITE,
        ),
        allow(
            "retention.hold",
            _("Hold a record of one’s site back from erasure, with the reason"),
            Role.DPO,
            Role.ADMINISTRATOR,
            reach=Reach.SITE,
        ),
        allow(
            "erasure.approve", _("Decide that a record past its time is erased"), Role.DPO, reach=Reach.SITE
        ),
        allow("erasure.withdraw", _("Take back the decision to erase a record"), Role.DPO, reach=Reach.SITE),
        allow("erasure.lapse", _("A record is no longer past its time"), Role.SYSTEM, reach=Reach.SITE),
        allow("erasure.begin", _("Erase a record, as it was decided"), Role.SYSTEM, reach=Reach.SITE),
        allow("erasure.finish", _("The last file of a record is erased"), Role.SYSTEM, reach=Reach.SITE),
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
            Role.PLATFORM_ADMINISTRATOR,
            Role.DPO,
            reach=Reach.PLATFORM,
        ),
    ),
)
