"""The guide's requirements on an exam, each as one check."""

from dataclasses import replace

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from diaphane.acts.queries import list_open_duties
from diaphane.consents.answers import CONSENT_TRACED, find_unfit, find_untraced
from diaphane.consents.models import Consent
from diaphane.consents.queries import get_consent
from diaphane.imaging.queries import count_images
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import Missing
from diaphane.kernel.transitions import Guard
from diaphane.patients.queries import find_doubt
from diaphane.requests.models import ExamRequest
from diaphane.scheduling.queries import get_appointment

from .in_order import IN_ORDER as IN_ORDER
from .in_order import find_supervisor_out_of_order
from .links import LINK_GUARD, get_valid_link_test
from .models import Exam

_TECHNOLOGIST = _("The technologist")
_IMAGEUR = _("The radiologist")
_SITE_TEAM = _("The technologist or a physician of the site, in “Identities”")


def must_ask_pregnancy(exam: Exam) -> bool:
    """Say whether pregnancy is asked again at the table: ionising exam, child-bearing age (R68)."""
    asked_for = exam.act.request.exam
    is_ionising = bool(asked_for and asked_for.is_ionising)
    return is_ionising and exam.act.patient.may_be_pregnant(timezone.localdate(exam.created_at))


def must_ask_implants(exam: Exam) -> bool:
    """Say whether implants are asked for again at the table: an MRI (R85)."""
    asked_for = exam.act.request.exam
    return bool(asked_for and asked_for.is_magnetic)


def _slot(exam: Exam, by: Actor) -> Missing | None:
    if get_appointment(exam.act):
        return None
    return Missing("R73", _("A slot in a room"), _TECHNOLOGIST, field="starts_at")


def _identity(exam: Exam, by: Actor) -> Missing | None:
    if exam.identity_read_back:
        return None
    return Missing(
        "R40", _("The identity, read back with the patient"), _TECHNOLOGIST, field="identity_read_back"
    )


def _certain_identity(exam: Exam, by: Actor) -> Missing | None:
    doubt = find_doubt(exam.act.patient)
    return Missing("R40", doubt, _SITE_TEAM) if doubt else None


def _consent(exam: Exam, subject: Consent.Subject, what: Promise) -> Missing | None:
    consent = get_consent(exam.act, subject)
    field = f"consent_{subject.value}"
    if consent is None:
        return Missing("R57", what, _TECHNOLOGIST, field=field)
    if consent.is_no:
        return Missing("R57", _("The patient refuses: the exam does not start"), _TECHNOLOGIST, field=field)
    unfit = find_unfit(exam.act, subject)
    return Missing("R57", unfit, _TECHNOLOGIST, field=field) if unfit else None


def _consent_act(exam: Exam, by: Actor) -> Missing | None:
    return _consent(exam, Consent.Subject.ACT, _("The agreement to the exam"))


def _consent_distance(exam: Exam, by: Actor) -> Missing | None:
    return _consent(exam, Consent.Subject.DISTANCE, _("The agreement to the reading at a distance"))


def _consent_holds(exam: Exam, by: Actor) -> Missing | None:
    """Stop at a no that came since: the exam does not start, the images are not read (R57)."""
    answers = [get_consent(exam.act, subject) for subject in Consent.Subject.values]
    if not any(each is not None and each.is_no for each in answers):
        return None
    return Missing("R57", _("The patient took an agreement back: see it with them first"), _TECHNOLOGIST)


def _consent_traced(exam: Exam, by: Actor) -> Missing | None:
    return find_untraced(exam.act)


def _pregnancy(exam: Exam, by: Actor) -> Missing | None:
    if not must_ask_pregnancy(exam):
        return None
    settled = {Exam.PregnancyAnswer.NO, Exam.PregnancyAnswer.NOT_CONCERNED}
    if exam.pregnancy_answer in settled or exam.pregnancy_decided_at:
        return None
    if exam.pregnancy_answer:
        return Missing(
            "R68",
            _("A pregnancy that is known, possible or cannot be asked: the radiologist decides"),
            _IMAGEUR,
            field="pregnancy_answer",
        )
    return Missing(
        "R68", _("Pregnancy, asked again alone at the table"), _TECHNOLOGIST, field="pregnancy_answer"
    )


def _implants(exam: Exam, by: Actor) -> Missing | None:
    """Let an MRI pass only when the table finds again what the radiologist accepted."""
    if not must_ask_implants(exam):
        return None
    if not exam.implants_answer:
        return Missing("R85", _("Implants, asked again at the table"), _TECHNOLOGIST, field="implants_answer")
    answers = ExamRequest.Implants
    expected = {
        answers.NONE.value: Exam.ImplantsAnswer.NONE,
        answers.LISTED.value: Exam.ImplantsAnswer.AS_ACCEPTED,
    }.get(exam.act.request.implants_known)
    if expected is not None and exam.implants_answer == expected:
        return None
    return Missing(
        "R85",
        _("Implants unknown, or not those accepted: the radiologist settles it, no MRI until then"),
        _IMAGEUR,
        field="implants_answer",
    )


def _link(exam: Exam, by: Actor) -> Missing | None:
    if get_valid_link_test(exam.act.requesting_site_id):
        return None
    return Missing("R81", _("A good link test of the last 12 hours"), _TECHNOLOGIST)


def _supervision(exam: Exam, by: Actor) -> Missing | None:
    """Ask for a radiologist who supervises, in order at this step and not only when they said so."""
    if exam.supervisor_id and exam.supervised_at:
        return find_supervisor_out_of_order(exam)
    return Missing("R82", _("A radiologist who supervises the exam"), _IMAGEUR)


def _physician_on_site(exam: Exam, by: Actor) -> Missing | None:
    if not exam.act.request.contrast_prescription.strip() or exam.on_site_physician.strip():
        return None
    return Missing(
        "R84",
        _("Injected exam: the physician present in the building now, by name"),
        _TECHNOLOGIST,
        field="on_site_physician",
    )


def _physician_of_injection(exam: Exam, by: Actor) -> Missing | None:
    if not exam.contrast_product.strip() or exam.on_site_physician.strip():
        return None
    return Missing(
        "R84",
        _("The physician present in the building for this injection, by name"),
        _TECHNOLOGIST,
        field="on_site_physician",
    )


def _images(exam: Exam, by: Actor) -> Missing | None:
    if count_images(exam.act).received:
        return None
    return Missing("R83", _("Images: none has arrived yet"), _TECHNOLOGIST)


def _no_image(exam: Exam, by: Actor) -> Missing | None:
    if not count_images(exam.act).expected:
        return None
    return Missing(
        "R83",
        _("Images exist: finish the acquisition, they are checked and reported even when incomplete"),
        _TECHNOLOGIST,
    )


_OWED_DOSES = {
    **dict.fromkeys(("CT",), ("dlp", _("The dose (DLP), or why it is not known"))),
    **dict.fromkeys(
        ("CR", "DX", "MG", "RF", "XA"), ("dap", _("The dose (area product), or why it is not known"))
    ),
    **dict.fromkeys(("NM", "PT"), ("activity", _("The activity given, or why it is not known"))),
}
"""The quantity that each modality owes (arrêté of 22 September 2006), by the exam's own field."""


def name_owed_dose(exam: Exam) -> str:
    """Return the field of the dose that an ionising exam owes; empty for another exam."""
    asked_for = exam.act.request.exam
    return _OWED_DOSES[asked_for.modality][0] if asked_for and asked_for.is_ionising else ""


def weigh_dose(exam: Exam) -> Missing | None:
    """Say whether an ionising exam still lacks its dose: the quantity owed, or why it is not known (R93)."""
    field = name_owed_dose(exam)
    if not field or getattr(exam, field) is not None or exam.dose_missing_reason.strip():
        return None
    words = next(words for name, words in _OWED_DOSES.values() if name == field)
    return Missing("R93", words, _TECHNOLOGIST, field=field)


def _dose(exam: Exam, by: Actor) -> Missing | None:
    return weigh_dose(exam)


_CONTRAST_FACTS = (
    ("contrast_product", _("The contrast agent")),
    ("contrast_batch", _("The batch of the contrast agent")),
    ("contrast_volume", _("The volume injected")),
    ("contrast_route", _("The route of injection")),
    ("contrast_at", _("The time of injection")),
)


def _contrast(exam: Exam, by: Actor) -> Missing | None:
    """Ask for the whole of it as soon as one part is there: a volume without its batch traces nothing."""
    if not any(_has_fact(exam, field) for field, _what in _CONTRAST_FACTS):
        return None
    missing = [
        Missing("R83", what, _TECHNOLOGIST, field=field)
        for field, what in _CONTRAST_FACTS
        if not _has_fact(exam, field)
    ]
    return replace(missing[0], others=tuple(missing[1:])) if missing else None


def _has_fact(exam: Exam, field: str) -> bool:
    return bool(str(getattr(exam, field) or "").strip())


def _contrast_prescribed(exam: Exam, by: Actor) -> Missing | None:
    if not exam.contrast_product.strip() or exam.act.request.contrast_prescription.strip():
        return None
    return Missing("R83", _("No contrast was prescribed for this exam"), _IMAGEUR, field="contrast_product")


def _nothing_owed(exam: Exam, by: Actor) -> Missing | None:
    duty = list_open_duties(exam.act).first()
    return Missing(duty.requirement, _("Everything owed is done"), _("See what is owed")) if duty else None


SLOT = Guard("R73", "exam.slot", _("A slot is booked"), _slot)
CERTAIN_IDENTITY = Guard(
    "R40",
    "exam.certain_identity",
    _("Identity neither doubtful nor claimed twice"),
    _certain_identity,
    yields_to_vital=True,
)
IDENTITY = Guard("R40", "exam.identity", _("Identity read back at the table"), _identity)
CONSENT_ACT = Guard(
    "R57",
    "exam.consent_act",
    _("Agreement to the exam collected, or the search for it traced (R58)"),
    _consent_act,
)
CONSENT_DISTANCE = Guard(
    "R57",
    "exam.consent_distance",
    _("Agreement to the reading at a distance collected, or the search for it traced (R58)"),
    _consent_distance,
)
CONSENT_TRACES = Guard(
    "R58",
    CONSENT_TRACED,
    _("Each agreement says who answered, or why nobody could"),
    _consent_traced,
    yields_to_vital=True,
)
CONSENT_HOLDS = Guard(
    "R57", "exam.consent_holds", _("The patient has not taken an agreement back"), _consent_holds
)
PREGNANCY = Guard(
    "R68",
    "exam.pregnancy",
    _("Ionising act, child-bearing age: pregnancy asked again at the table, or decided"),
    _pregnancy,
    yields_to_vital=True,
)
IMPLANTS = Guard("R85", "exam.implants", _("MRI: implants asked again at the table"), _implants)
LINK = Guard("R81", LINK_GUARD, _("Transmission tested beforehand"), _link, yields_to_vital=True)
SUPERVISION = Guard(
    "R82", "exam.supervision", _("A named radiologist supervises, in order today"), _supervision
)
PHYSICIAN_ON_SITE = Guard(
    "R84",
    "exam.physician_on_site",
    _("Injection prescribed: the physician on site is named"),
    _physician_on_site,
)
PHYSICIAN_OF_INJECTION = Guard(
    "R84",
    "exam.physician_of_injection",
    _("Injection made: the physician on site is named"),
    _physician_of_injection,
)
IMAGES = Guard("R83", "exam.images", _("Images are sent"), _images)
NO_IMAGE = Guard("R83", "exam.no_image", _("Interrupted before any image"), _no_image)
DOSE = Guard(
    "R93",
    "exam.dose",
    _("Ionising act: the dose is recorded, or why it is not known"),
    _dose,
    yields_to_vital=True,
)
CONTRAST = Guard("R83", "exam.contrast", _("Contrast: product, batch, volume, route, time"), _contrast)
CONTRAST_PRESCRIBED = Guard(
    "R83",
    "exam.contrast_prescribed",
    _("Contrast given was prescribed"),
    _contrast_prescribed,
    yields_to_vital=True,
)
NOTHING_OWED = Guard("R101", "exam.nothing_owed", _("Every duty of the act is done or waived"), _nothing_owed)
