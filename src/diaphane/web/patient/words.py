"""Everyday words: how an exam, a role and what someone opened are called before a patient (R112)."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from diaphane.kernel.actors import Role
from diaphane.patients.qualities import Matter
from diaphane.requests.catalogue import CatalogueExam

_KINDS = {
    "CT": gettext_lazy("CT scan %(part)s"),
    "MR": gettext_lazy("MRI %(part)s"),
}
PARTS = {
    "Encéphale": gettext_lazy("of the head"),
    "Encéphale et cou": gettext_lazy("of the head and neck"),
    "Face": gettext_lazy("of the face"),
    "Rachis": gettext_lazy("of the back"),
    "Rachis cervical": gettext_lazy("of the neck"),
    "Rachis thoraco-lombaire": gettext_lazy("of the back"),
    "Thorax": gettext_lazy("of the chest"),
    "Aorte": gettext_lazy("of the chest and belly"),
    "Abdomen et pelvis": gettext_lazy("of the belly"),
    "Bassin": gettext_lazy("of the hips"),
    "Membres inférieurs": gettext_lazy("of the legs"),
    "Corps entier": gettext_lazy("of the whole body"),
}
ROLES = {
    Role.REQUESTING_PHYSICIAN: gettext_lazy("hospital doctor"),
    Role.IMAGEUR: gettext_lazy("radiologist, at a distance"),
    Role.TECHNOLOGIST: gettext_lazy("technologist, who makes the images"),
    Role.TREATING_PHYSICIAN: gettext_lazy("your family doctor"),
    Role.SECRETARY: gettext_lazy("medical secretary"),
    Role.ADMINISTRATOR: gettext_lazy("hospital office"),
    Role.PLATFORM_ADMINISTRATOR: gettext_lazy("platform office"),
    Role.OUTSIDE_PROFESSIONAL: gettext_lazy("professional from another place"),
}
REASONS = {
    Role.REQUESTING_PHYSICIAN: gettext_lazy("Is on the hospital team that cares for you."),
    Role.IMAGEUR: gettext_lazy("Is on the team of radiologists who read your exam from afar."),
    Role.TECHNOLOGIST: gettext_lazy("Is on the team that makes the images."),
    Role.TREATING_PHYSICIAN: gettext_lazy("Is your doctor: the report is sent to them."),
    Role.SECRETARY: gettext_lazy("Types the requests of the hospital’s doctors."),
    Role.ADMINISTRATOR: gettext_lazy("Keeps the hospital’s files in order."),
}
"""Why someone of a role may look, where nothing says more of this person."""
OPENED = {
    "viewed.act": gettext_lazy("your record of this exam"),
    "viewed.images": gettext_lazy("your images"),
    "exported.images": gettext_lazy("a copy of your images"),
    "viewed.attachment": gettext_lazy("a document of your request"),
    "viewed.report": gettext_lazy("your report"),
    "viewed.report_document": gettext_lazy("your report"),
    "viewed.identity": gettext_lazy("your identity sheet"),
    "viewed.identity_pair": gettext_lazy("your identity sheet, beside one that looks like it"),
    "exported.data": gettext_lazy("a copy of your data"),
}

MATTERS = {
    Matter.ANSWER: gettext_lazy("Say yes or no to an exam in my place"),
    Matter.TOLD: gettext_lazy("Be told my result by the team"),
    Matter.RESULTS: gettext_lazy("See my results"),
    Matter.APPOINTMENTS: gettext_lazy("Be told of my appointments"),
}


def name_exam(exam: CatalogueExam | None) -> str:
    """Return an exam's everyday name: « IRM de la tête », and no name of a disease."""
    if exam is None or exam.modality not in _KINDS or exam.region not in PARTS:
        return _("Imaging exam")
    return str(_KINDS[exam.modality]) % {"part": PARTS[exam.region]}


def name_role(role: str) -> str | Promise:
    """Return what someone is to a patient, or nothing for a role that patients never meet."""
    try:
        return ROLES.get(Role(role), "")
    except ValueError:
        return ""
