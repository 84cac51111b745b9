"""The guide's requirements on a request, each as one check."""

from dataclasses import replace
from datetime import datetime

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.kernel.errors import Missing
from diaphane.kernel.transitions import Guard
from diaphane.organisations.covering import Wanted, explain_closed, explain_off_hours
from diaphane.organisations.guards import make_order_guards
from diaphane.organisations.papers.force import find_lacking
from diaphane.organisations.papers.kinds import Activity

from .models import ExamRequest
from .safety import judge_request, list_to_lift

_REQUESTER = _("The requesting physician")
_IMAGEUR = _("The radiologist")


def _blank(
    request: ExamRequest, requirement: str, fields: tuple[tuple[str, Promise], ...], who: Promise = _REQUESTER
) -> Missing | None:
    blanks = [
        Missing(requirement, label, who, field=field)
        for field, label in fields
        if not str(getattr(request, field)).strip()
    ]
    return replace(blanks[0], others=tuple(blanks[1:])) if blanks else None


def _exam_offered(request: ExamRequest, by: Actor) -> Missing | None:
    exam = request.exam
    if exam is None or not exam.refused_by:
        return None
    reasons = {
        "R1": _("Mammography is not read at a distance: it needs a clinical examination."),
        "R4": _("Ultrasound at a distance is not supported here."),
    }
    return Missing(exam.refused_by, reasons[exam.refused_by], _REQUESTER, field="exam_code")


def _not_mammography(request: ExamRequest, by: Actor) -> Missing | None:
    found = _exam_offered(request, by)
    return found if found and found.requirement == "R1" else None


def _not_ultrasound(request: ExamRequest, by: Actor) -> Missing | None:
    found = _exam_offered(request, by)
    return found if found and found.requirement == "R4" else None


def wanted_of(request: ExamRequest, at: datetime) -> Wanted:
    """Return what a convention is asked to open for a request: its site, its exam, its reader if known."""
    act = request.act
    return Wanted(
        site_id=act.requesting_site_id,
        at=at,
        modality=request.exam.modality if request.exam else "",
        reading_structure_id=act.reading_structure_id,
    )


def _convention(request: ExamRequest, by: Actor) -> Missing | None:
    return None if _exam_offered(request, by) else explain_closed(wanted_of(request, now()))


def _hours(request: ExamRequest, by: Actor) -> Missing | None:
    return explain_off_hours(wanted_of(request, now()))


def _convention_holds(request: ExamRequest, by: Actor) -> Missing | None:
    """Ask again before the decision; a vital emergency that left in time is not stopped on the way."""
    return None if request.act.is_vital else explain_closed(wanted_of(request, now()))


def _papers(request: ExamRequest, by: Actor) -> Missing | None:
    """Keep an activity closed at a site whose papers are not in force, and name each of them."""
    today = timezone.localdate(now())
    return find_lacking(request.act.requesting_site_id, Activity.TELEDIAGNOSIS, on=today)


def _distance(request: ExamRequest, by: Actor) -> Missing | None:
    return _blank(request, "R63", (("distance_reason", _("Why the exam is read at a distance")),))


def _callback(request: ExamRequest, by: Actor) -> Missing | None:
    return _blank(request, "R64", (("callback_phone", _("A number where you can be called back")),))


def _contact(request: ExamRequest, by: Actor) -> Missing | None:
    return _blank(request, "R64", (("contact", _("How to reach the patient or the representative")),))


def _clinical_core(request: ExamRequest, by: Actor) -> Missing | None:
    return _blank(
        request,
        "R65",
        (("exam_code", _("The exam you ask for")), ("question", _("The question to answer"))),
    )


def _urgency_asked(request: ExamRequest, by: Actor) -> Missing | None:
    if request.act.requested_urgency:
        return None
    return Missing("R65", _("The urgency that you ask for"), _REQUESTER, field="urgency")


def _clinical_context(request: ExamRequest, by: Actor) -> Missing | None:
    return _blank(
        request,
        "R65",
        (
            ("history", _("Context and history")),
            ("antecedents", _("Antecedents (or “none known”)")),
            ("wanted_by", _("The delay you wish")),
        ),
    )


def _safety(request: ExamRequest, by: Actor) -> Missing | None:
    return _blank(
        request,
        "R66",
        (
            ("risks", _("Ground at risk and contraindications (or “none known”)")),
            ("biology", _("Useful biology (or “none”)")),
            ("prior_imaging", _("Earlier imaging (or “none”)")),
        ),
    )


def _information(request: ExamRequest, by: Actor) -> Missing | None:
    return _blank(request, "R67", (("information", _("Whether the patient was informed")),))


def _ionising(request: ExamRequest, by: Actor) -> Missing | None:
    if request.exam is None or not request.exam.is_ionising or request.exam.refused_by:
        return None
    if request.pregnancy == ExamRequest.Pregnancy.UNKNOWN:
        return Missing(
            "R68", _("Pregnancy is unknown: settle it before an ionising exam"), _REQUESTER, "pregnancy"
        )
    return _blank(
        request,
        "R68",
        (
            ("pregnancy", _("Circumstances: pregnancy")),
            ("previous_ionising", _("Earlier ionising acts (or “none known”)")),
        ),
    )


def _implants_asked(request: ExamRequest, by: Actor) -> Missing | None:
    if request.exam is None or not request.exam.is_magnetic:
        return None
    fields: tuple[tuple[str, Promise], ...] = (("implants", _("Implants and foreign bodies, before an MRI")),)
    if request.implants == ExamRequest.Implants.LISTED:
        fields += (("implants_details", _("Which implant: kind, maker, reference")),)
    return _blank(request, "R85", fields)


def _implants_settled(request: ExamRequest, by: Actor) -> Missing | None:
    """Stop an MRI while implants are unknown; a listed one needs the radiologist's written conditions."""
    if request.exam is None or not request.exam.is_magnetic:
        return None
    known = request.implants_known
    if known not in {ExamRequest.Implants.NONE, ExamRequest.Implants.LISTED}:
        return Missing(
            "R85",
            _("Implant status unknown: no MRI until it is settled"),
            _IMAGEUR,
            field="implants_settled",
        )
    fields: tuple[tuple[str, Promise], ...] = ()
    if known != request.implants:
        fields += (("implants_by", _("Who established the implant status, and from what")),)
    if known == ExamRequest.Implants.LISTED:
        fields += (("implants_conditions", _("The device and its maker’s conditions for MRI")),)
    return _blank(request, "R85", fields, _IMAGEUR)


def _justified_by_requester(request: ExamRequest, by: Actor) -> Missing | None:
    return _blank(request, "R69", (("justification", _("Why this exam, against the guide of good use")),))


def _is_reviewer(request: ExamRequest, by: Actor) -> Missing | None:
    if request.reviewer_id == by.id:
        return None
    return Missing("R69", _("Another radiologist holds this request: take it over first"), _IMAGEUR)


def _protocol(request: ExamRequest, by: Actor) -> Missing | None:
    return _blank(request, "R69", (("protocol", _("The protocol of the exam")),), _IMAGEUR)


def _urgency_granted(request: ExamRequest, by: Actor) -> Missing | None:
    if request.act.granted_urgency:
        return None
    return Missing("R73", _("The urgency that you grant"), _IMAGEUR, field="granted_urgency")


def _pregnancy_settled(request: ExamRequest, by: Actor) -> Missing | None:
    if not request.must_weigh_pregnancy or request.review_reason.strip():
        return None
    return Missing(
        "R76",
        _("Pregnancy is possible or not known: write why the exam is kept and how it is optimised"),
        _IMAGEUR,
        field="review_reason",
    )


def _never_bypassed(request: ExamRequest, by: Actor) -> Missing | None:
    """Stop at what no urgency and no motive lifts: only an answer does."""
    is_listed = request.implants_known == ExamRequest.Implants.LISTED
    fields = {"implant": "implants_conditions" if is_listed else "implants_settled"}
    found = [
        Missing("R85", each.consequence.text, _IMAGEUR, field=fields.get(each.id, ""))
        for each in judge_request(request, at=now()).findings
        if each.consequence.is_never_bypassed
    ]
    return replace(found[0], others=tuple(found[1:])) if found else None


def _safety_motive(request: ExamRequest, by: Actor) -> Missing | None:
    """Ask the radiologist for a motive at each point that the rules leave to people."""
    if request.safety_motive.strip():
        return None
    words = _("Your motive, for: %(finding)s")
    found = [
        Missing("R66", words % {"finding": each.consequence.text}, _IMAGEUR, field="safety_motive")
        for each in list_to_lift(request, judge_request(request, at=now()))
    ]
    return replace(found[0], others=tuple(found[1:])) if found else None


def _refusal_motive(request: ExamRequest, by: Actor) -> Missing | None:
    return _blank(
        request,
        "R74",
        (
            ("refusal_motive", _("The motive of the refusal")),
            ("refusal_words", _("The refusal explained in words")),
        ),
        _IMAGEUR,
    )


def _alternative(request: ExamRequest, by: Actor) -> Missing | None:
    return _blank(request, "R75", (("alternative", _("What is proposed instead")),), _IMAGEUR)


MAMMOGRAPHY = Guard("R1", "request.no_mammography", _("No mammography at a distance"), _not_mammography)
ULTRASOUND = Guard("R4", "request.no_ultrasound", _("Ultrasound is not supported here"), _not_ultrasound)
CONVENTION = Guard("R26", "request.convention", _("A convention opens the act"), _convention)
HOURS = Guard("R26", "request.hours", _("The convention is open at this hour"), _hours, yields_to_vital=True)
CONVENTION_HOLDS = Guard(
    "R26", "request.convention_holds", _("The convention still opens the act"), _convention_holds
)
PAPERS = Guard(
    "R17", "request.papers", _("The papers of the site are in force"), _papers, yields_to_vital=True
)
DISTANCE = Guard("R63", "request.distance", _("The distance is justified"), _distance, yields_to_vital=True)
CALLBACK = Guard("R64", "request.callback", _("The demandeur can be called back"), _callback)
CONTACT = Guard("R64", "request.contact", _("The patient can be reached"), _contact, yields_to_vital=True)
CLINICAL_CORE = Guard("R65", "request.question", _("Exam and question are given"), _clinical_core)
URGENCY_ASKED = Guard("R65", "request.urgency_asked", _("An urgency is asked for"), _urgency_asked)
CLINICAL_CONTEXT = Guard(
    "R65",
    "request.context",
    _("Context, antecedents and delay are given"),
    _clinical_context,
    yields_to_vital=True,
)
SAFETY = Guard(
    "R66", "request.safety", _("Risks, biology and earlier imaging are given"), _safety, yields_to_vital=True
)
INFORMATION = Guard(
    "R67",
    "request.information",
    _("The patient was informed, or the impossibility is traced"),
    _information,
    yields_to_vital=True,
)
IONISING = Guard(
    "R68", "request.ionising", _("Ionising act: circumstances are written"), _ionising, yields_to_vital=True
)
IMPLANTS_ASKED = Guard(
    "R85", "request.implants_asked", _("MRI: implants are asked for"), _implants_asked, yields_to_vital=True
)
JUSTIFIED_BY_REQUESTER = Guard(
    "R69",
    "request.justified_by_requester",
    _("Justified by the demandeur"),
    _justified_by_requester,
    yields_to_vital=True,
)
IN_ORDER = make_order_guards("request")
REVIEWER = Guard("R69", "request.reviewer", _("Decided by the radiologist who examines it"), _is_reviewer)
PROTOCOL = Guard("R69", "request.protocol", _("Justified by the radiologist, with a protocol"), _protocol)
URGENCY = Guard("R73", "request.urgency", _("A degree of urgency is granted"), _urgency_granted)
PREGNANCY = Guard(
    "R76",
    "request.pregnancy",
    _("A pregnancy that is possible or not known is weighed in writing"),
    _pregnancy_settled,
)
IMPLANTS = Guard("R85", "request.implants", _("MRI: the implant status is settled"), _implants_settled)
NEVER_BYPASSED = Guard(
    "R85", "request.never_bypassed", _("What no urgency bypasses is settled"), _never_bypassed
)
SAFETY_MOTIVE = Guard(
    "R66",
    "request.safety_motive",
    _("What the safety rules leave to the radiologist has a motive"),
    _safety_motive,
    yields_to_vital=True,
)
REFUSAL_MOTIVE = Guard("R74", "request.refusal_motive", _("A refusal has its motive"), _refusal_motive)
ALTERNATIVE = Guard("R75", "request.alternative", _("A refusal proposes something else"), _alternative)
