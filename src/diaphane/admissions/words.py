"""Why a message is not applied, in words for the sender's operator and for the administrator."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from diaphane_exchange.hl7v2.refusals import Reason

FAULTS: dict[Reason, Promise] = {
    Reason.UNREADABLE: _("This is no readable HL7 v2 message."),
    Reason.NO_HEADER: _("The message does not begin with an MSH segment and its separators."),
    Reason.NO_SEGMENT: _("A required segment is missing."),
    Reason.REQUIRED: _("A required field is empty."),
    Reason.CHARSET: _(
        "This character set (MSH-18) is not known here: 8859/1, 8859/15, UNICODE UTF-8 or ASCII."
    ),
    Reason.UNDECODABLE: _("The characters are not those that MSH-18 announces."),
    Reason.NOT_A_DATE: _("This is no whole date: a day that is not known is not guessed."),
    Reason.TOO_LONG: _("A field is longer than the standard allows."),
    Reason.TYPE: _("Only ADT messages are taken here."),
    Reason.EVENT: _("Only the events A01, A04, A08 and A40 are taken here."),
    Reason.PROCESSING: _("Only production messages (MSH-11 = P) are taken here."),
    Reason.SENDER: _("This sender is not declared at this address."),
    Reason.TOO_LARGE: _("The message is larger than what is taken here."),
    Reason.TRUNCATED: _("The message is cut: its end was not received."),
    Reason.REUSED: _("This message number (MSH-10) was already used for another content."),
    Reason.INTERNAL: _("The platform failed on this message: it is kept, and its administrator is shown it."),
}


def say(reason: Reason) -> str:
    """Return the sentence of a reason."""
    return str(FAULTS[reason])
