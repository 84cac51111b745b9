"""The patient's own space: once a person has told them."""

from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import Role

from .right import Reach, Section, allow

SECTION = Section(
    _("The patient"),
    (
        allow(
            "patient.read",
            _("Read one’s result in plain words, and who has looked at it"),
            Role.PATIENT,
            reach=Reach.OWN,
        ),
        allow(
            "sheet.read_own",
            _("Read the information sheets of one’s own exam, and say so"),
            Role.PATIENT,
            reach=Reach.OWN,
        ),
        allow(
            "relationship.own",
            _("Say who of one’s people may know what, and take it back"),
            Role.PATIENT,
            reach=Reach.OWN,
        ),
        allow(
            "patient.prepare",
            _("Get ready for one’s own exam, and answer its questions in one’s space"),
            Role.PATIENT,
            reach=Reach.OWN,
        ),
        allow("patient.acknowledge", _("Say that one has read one’s report"), Role.PATIENT, reach=Reach.OWN),
        allow("patient.images", _("See one’s own images"), Role.PATIENT, reach=Reach.OWN),
        allow("patient.copy", _("Take a copy of one’s own images"), Role.PATIENT, reach=Reach.OWN),
    ),
)
