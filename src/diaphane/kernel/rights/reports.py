"""The report: written, signed, received, told."""

from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import Role

from .right import IMAGEUR, REQUESTER, TREATING, Section, allow

SECTION = Section(
    _("The report"),
    (
        allow("report.write", _("Write the report"), IMAGEUR),
        allow("report.sign", _("Sign the report"), IMAGEUR),
        allow(
            "report.read",
            _("Read signed reports, and say that they were received"),
            IMAGEUR,
            REQUESTER,
            TREATING,
        ),
        allow("report.document", _("Open the signed document"), IMAGEUR, REQUESTER, TREATING, Role.PATIENT),
        allow("report.announce", _("Send a report again to who has not received it"), IMAGEUR, REQUESTER),
        allow("report.hand_over", _("Record that a report was handed over"), REQUESTER),
        allow("report.organise", _("Say that what follows a report is organised"), REQUESTER),
        allow("report.tell", _("Record that the patient was told"), IMAGEUR, REQUESTER),
    ),
)
