"""The guide's requirements on the images of an exam, each as one check (R40, R88, R95)."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from diaphane.imaging.checks import Code
from diaphane.imaging.checks.words import word_finding
from diaphane.imaging.gateways import is_sending_over
from diaphane.imaging.judging import list_serious
from diaphane.imaging.queries import count_images
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import Missing
from diaphane.kernel.transitions import Guard

from .models import Exam

_TECHNOLOGIST = _("The technologist")
_IMAGEUR = _("The radiologist")


def _all_verified(exam: Exam, by: Actor) -> Missing | None:
    counts = count_images(exam.act)
    if counts.set_aside and counts.verified == counts.received:
        return Missing(
            "R88", _("What the site’s gateway has set aside is sent again or discarded"), _TECHNOLOGIST
        )
    if not (counts.received and counts.verified == counts.received and counts.received >= counts.expected):
        return Missing("R88", _("All images received and verified"), _("Diaphane"))
    if exam.finished_at and is_sending_over(exam.act, since=exam.finished_at):
        return None
    return Missing(
        "R88", _("The site’s gateway has not confirmed that it has nothing left to send"), _("Diaphane")
    )


def _received_verified(exam: Exam, by: Actor) -> Missing | None:
    counts = count_images(exam.act)
    if counts.received and counts.verified == counts.received:
        return None
    return Missing("R88", _("At least one image, and each one received is verified"), _("Diaphane"))


def _images_of_patient(exam: Exam, by: Actor) -> Missing | None:
    """Keep images that name somebody else from being read as this patient's, reserve or not."""
    if not list_serious(exam.act).filter(code=Code.OTHER_PATIENT).exists():
        return None
    return Missing("R40", _("Images of this exam name another patient: say whose they are"), _TECHNOLOGIST)


def _findings(exam: Exam, by: Actor) -> Missing | None:
    """Ask for a word on everything serious that the checks found: all of it at once."""
    found = [
        word_finding(each.code, each.about, each.facts)
        for each in list_serious(exam.act).exclude(code=Code.OTHER_PATIENT)
    ]
    missing = [Missing("R88", each.title, each.who.label) for each in found]
    return replace(missing[0], others=tuple(missing[1:])) if missing else None


def _reserve(exam: Exam, by: Actor) -> Missing | None:
    if exam.quality_comment.strip():
        return None
    return Missing("R88", _("What the reserve is"), _IMAGEUR, field="quality_comment")


def _quality_motive(exam: Exam, by: Actor) -> Missing | None:
    if not exam.quality_comment.strip():
        return Missing("R95", _("Why no conclusion is possible"), _IMAGEUR, field="quality_comment")
    if not exam.quality_next_step.strip():
        return Missing("R95", _("The next step, organised"), _IMAGEUR, field="quality_next_step")
    return None


ALL_VERIFIED = Guard(
    "R88",
    "exam.all_verified",
    _("Every image is received and verified, the gateway has nothing left to send"),
    _all_verified,
)
RECEIVED_VERIFIED = Guard(
    "R88", "exam.received_verified", _("Each image received is verified"), _received_verified
)
IMAGES_OF_PATIENT = Guard(
    "R40", "exam.images_of_patient", _("No image names another patient"), _images_of_patient
)
FINDINGS = Guard(
    "R88", "exam.findings", _("What the checks found is gone, or answered with a reason"), _findings
)
RESERVE = Guard("R88", "exam.reserve", _("A reserve is explained"), _reserve)
QUALITY_MOTIVE = Guard("R95", "exam.quality_motive", _("A refusal to conclude is justified"), _quality_motive)
