"""The request: who writes it, who examines it, who answers."""

from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import PROFESSIONAL_ROLES, Role

from .right import IMAGEUR, REQUESTER, TECHNOLOGIST, TREATING, Reach, Section, allow

SECTION = Section(
    _("The request"),
    (
        allow("patient.search", _("Find a patient of one’s site"), REQUESTER, TECHNOLOGIST, reach=Reach.SITE),
        allow(
            "request.write",
            _("Register a patient, write a request and change its draft"),
            REQUESTER,
            reach=Reach.SITE,
        ),
        allow(
            "request.order",
            _("Send a request by an interface, for a prescriber of the site"),
            Role.SERVICE,
            reach=Reach.SITE,
        ),
        allow(
            "request.advice",
            _("Ask an outside service what it advises on an exam"),
            REQUESTER,
            IMAGEUR,
            TECHNOLOGIST,
            TREATING,
        ),
        allow(
            "attachment.read",
            _("Open the documents attached to a request"),
            REQUESTER,
            IMAGEUR,
            TECHNOLOGIST,
        ),
        allow(
            "attachment.add",
            _("Attach a document to a request, and withdraw one that should not be there"),
            REQUESTER,
            TECHNOLOGIST,
        ),
        allow("request.submit", _("Send the request"), REQUESTER),
        allow("request.discard", _("Discard the draft"), REQUESTER),
        allow("request.follow", _("Follow the requests of one’s site, and complete them"), REQUESTER),
        allow("request.cancel", _("Cancel the request"), REQUESTER, Role.SYSTEM),
        allow("request.acknowledge", _("Say that a refusal was read, and organise another way"), REQUESTER),
        allow("request.review", _("See the requests to examine"), IMAGEUR),
        allow("request.take", _("Examine the request"), IMAGEUR),
        allow("request.release", _("Put back on the list"), IMAGEUR, Role.SYSTEM),
        allow("request.ask", _("Ask for a precision"), IMAGEUR),
        allow("request.answer", _("Answer the radiologist"), REQUESTER, IMAGEUR, TECHNOLOGIST),
        allow("request.propose", _("Propose another exam"), IMAGEUR),
        allow("request.agree", _("Agree to the exam proposed"), REQUESTER, IMAGEUR),
        allow("request.dispute", _("Disagree with the exam proposed"), REQUESTER, IMAGEUR),
        allow("request.decide_alone", _("Go on without an agreement"), IMAGEUR),
        allow("request.validate", _("Validate the request"), IMAGEUR),
        allow("request.refuse", _("Refuse the request"), IMAGEUR),
        allow(
            "protocol.see",
            _("Open the protocol book of one’s site, or of those one reads for"),
            IMAGEUR,
            TECHNOLOGIST,
            reach=Reach.SITE,
        ),
        allow("protocol.write", _("Write a version of a protocol"), IMAGEUR, reach=Reach.SITE),
        allow("protocol.approve", _("Approve a version of a protocol"), IMAGEUR, reach=Reach.SITE),
        allow("protocol.withdraw", _("Withdraw a version of a protocol"), IMAGEUR, reach=Reach.SITE),
        allow(
            "request.reopen",
            _("Reopen a validated request by a new fact: its protocol is suspended"),
            REQUESTER,
            IMAGEUR,
            TECHNOLOGIST,
        ),
        allow("act.write", _("Write in the thread of an exam"), REQUESTER, IMAGEUR, TECHNOLOGIST),
        allow("request.withdraw", _("The patient no longer wants the exam"), Role.SYSTEM),
        allow("consent.record", _("Record the patient’s consents"), REQUESTER, TECHNOLOGIST),
        allow(
            "consent.withdraw",
            _("Say, or write for the patient, that they do not want the exam or the distance any more"),
            REQUESTER,
            TECHNOLOGIST,
            Role.PATIENT,
        ),
        allow("sheet.give", _("Give the patient the information sheets"), REQUESTER, TECHNOLOGIST),
        allow(
            "sheet.read",
            _("Read and print the information sheets"),
            *PROFESSIONAL_ROLES,
            Role.PATIENT,
            reach=Reach.PLATFORM,
        ),
    ),
)
