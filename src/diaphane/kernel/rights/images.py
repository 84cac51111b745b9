"""Images: seen, brought, sent, attached, taken out."""

from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import Role

from .right import IMAGEUR, REQUESTER, TECHNOLOGIST, TREATING, Reach, Section, allow

_PEOPLE = (REQUESTER, IMAGEUR, TECHNOLOGIST, TREATING)
_MACHINES = (Role.EDGE, Role.SERVICE)

SECTION = Section(
    _("Images"),
    (
        allow("images.view", _("See the images of an exam"), *_PEOPLE, Role.PATIENT),
        allow("images.query", _("Search and read images by DICOMweb"), *_PEOPLE, Role.PATIENT, *_MACHINES),
        allow("images.store", _("Send images by DICOMweb"), IMAGEUR, TECHNOLOGIST, *_MACHINES),
        allow("images.copy", _("Take a copy of the images of an exam"), *_PEOPLE),
        allow(
            "images.answer", _("Say why images stay although a check found something"), TECHNOLOGIST, IMAGEUR
        ),
        allow("images.late", _("Say that images which came late were looked at"), TECHNOLOGIST, IMAGEUR),
        allow("images.bring", _("Import a CD or a folder"), TECHNOLOGIST),
        allow("images.priors", _("Put earlier images beside an exam, or withdraw them"), TECHNOLOGIST),
        allow(
            "images.waiting", _("See the images that belong to no exam yet"), TECHNOLOGIST, reach=Reach.SITE
        ),
        allow("reconciliation.attach", _("Attach to an exam"), TECHNOLOGIST, IMAGEUR),
        allow("reconciliation.set_aside", _("Set aside"), TECHNOLOGIST, reach=Reach.SITE),
        allow("reconciliation.exchange", _("Take the second image in place of the first"), TECHNOLOGIST),
        allow("reconciliation.give_back", _("Take the first image again"), TECHNOLOGIST),
        allow(
            "images.quarantine", _("Doubt whose images these are, or lift the doubt"), TECHNOLOGIST, IMAGEUR
        ),
        allow("images.join", _("Attach images that name the patient"), TECHNOLOGIST),
        allow("images.propose", _("Propose to attach other images"), TECHNOLOGIST),
        allow("images.confirm", _("Confirm, as the second person"), TECHNOLOGIST, IMAGEUR),
        allow("images.decline", _("Decline the proposal"), TECHNOLOGIST, IMAGEUR),
        allow("images.take_away", _("Take images away from the exam"), TECHNOLOGIST),
        allow("images.undo", _("Undo the move"), TECHNOLOGIST),
        allow("images.mark", _("Keep key images, and read measurements"), IMAGEUR),
        allow(
            "study.share",
            _("Show one study to an outside professional by a link"),
            IMAGEUR,
            REQUESTER,
            TREATING,
        ),
        allow("gateway_alert.acknowledge", _("See to an alert"), TECHNOLOGIST, reach=Reach.SITE),
        allow("gateway_alert.settle", _("What the alert told of is over"), Role.SYSTEM, reach=Reach.SITE),
        allow("gateway.worklist", _("Read the worklist"), Role.EDGE, Role.SERVICE, reach=Reach.SITE),
        allow("gateway.steps", _("Say which steps the modalities perform"), Role.EDGE, reach=Reach.SITE),
        allow("gateway.priors", _("Fetch earlier images at the site’s archive"), Role.EDGE, reach=Reach.SITE),
        allow("gateway.status", _("Say how the gateway is"), Role.EDGE, reach=Reach.SITE),
        allow("gateway.credentials", _("Renew the gateway’s own token"), Role.EDGE, reach=Reach.OWN),
    ),
)
