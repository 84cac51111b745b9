"""Where a test starts: a small territory, and requests brought to a given state by the real operations."""

from dataclasses import dataclass
from datetime import datetime

from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from diaphane.organisations.models import Convention, Structure
from diaphane.patients.models import Patient
from diaphane.requests.answering import answer_safety
from diaphane.requests.models import ExamRequest
from diaphane.requests.operations import (
    draft_request,
    refuse_request,
    save_draft,
    submit_request,
    take_request,
    validate_request,
)

from .factories import (
    ConventionFactory,
    PatientFactory,
    PatientIdentifierFactory,
    StructureFactory,
    make_actor,
    put_papers_in_force,
)

COMPLETE_REQUEST = {
    "exam_code": "CT-HEAD",
    "callback_phone": "01 99 00 00 02",
    "contact": "Box 3 des urgences",
    "treating_physician_email": "",
    "history": "Chute de sa hauteur il y a deux heures.",
    "antecedents": "Fibrillation atriale",
    "question": "Hémorragie intracrânienne ?",
    "wanted_by": "dans les deux heures",
    "risks": "aucun connu",
    "biology": "aucune",
    "prior_imaging": "aucune",
    "pregnancy": "not_concerned",
    "previous_ionising": "aucun connu",
    "implants": "none",
    "implants_details": "",
    "justification": "Traumatisme crânien sous anticoagulant",
    "distance_reason": "Pas de radiologue sur place la nuit",
    "information": "given",
}

CHILD_YEARS = 18
SAFE_ANSWERS = {
    "metal_in_eye": "no",
    "shunt_valve": "no",
    "claustrophobia": "no",
    "on_skin": "no",
    "egfr": "85",
    "route": "intravenous",
    "kidneys": "none",
    "creatinine_days": "2",
    "acute_illness": "no",
    "metformin": "no",
    "iodine_reaction": "none",
    "thyroid": "none",
    "gadolinium_reaction": "none",
}
"""Answers to the safety questions that ask nothing more of anybody; kept whatever the exam."""


@dataclass(frozen=True)
class Territory:
    """A site that asks, a structure that reads, the convention between them, and their people.

    ``outsider`` is a médecin demandeur of another site, who must see nothing of all this.
    """

    site: Structure
    reader: Structure
    convention: Convention
    requester: Actor
    technologist: Actor
    imageur: Actor
    outsider: Actor
    patient: Patient


def make_territory() -> Territory:
    """Create the smallest territory in which a request can be sent and read, its papers in force."""
    site, reader = StructureFactory(), StructureFactory(name="Imagerie de Haute-Lisière")
    patient = PatientFactory(birth_name="Quatrefages")  # no name that chance gives another person
    PatientIdentifierFactory(patient=patient, issuer=site.issuer)
    put_papers_in_force(site)
    return Territory(
        site=site,
        reader=reader,
        convention=ConventionFactory(requesting_site=site, reading_structure=reader),
        requester=make_actor(Role.REQUESTING_PHYSICIAN, site),
        technologist=make_actor(Role.TECHNOLOGIST, site),
        imageur=make_actor(Role.IMAGEUR, reader),
        outsider=make_actor(Role.REQUESTING_PHYSICIAN, StructureFactory()),
        patient=patient,
    )


def draft(
    territory: Territory,
    *,
    urgency: str = "urgent",
    at: datetime | None = None,
    answers: dict[str, str] | None = None,
    **values: str,
) -> ExamRequest:
    """Return a complete draft, with some values changed, and safe answers unless told otherwise."""
    at, by = at or now(), territory.requester
    request = draft_request(patient=territory.patient, site=territory.site, by=territory.requester, at=at)
    save_draft(
        request=request, values=COMPLETE_REQUEST | values, urgency=urgency, by=territory.requester, at=at
    )
    kept = SAFE_ANSWERS if answers is None else answers
    answer_safety(request=request, answers=kept, informant="record", by=by, at=at)
    return ExamRequest.objects.get(pk=request.pk)


def submitted(
    territory: Territory,
    *,
    urgency: str = "urgent",
    at: datetime | None = None,
    answers: dict[str, str] | None = None,
    **values: str,
) -> ExamRequest:
    """Return a request that waits for an imageur."""
    at = at or now()
    request = draft(territory, urgency=urgency, at=at, answers=answers, **values)
    return submit_request(request=request, by=territory.requester, at=at)


def under_review(
    territory: Territory,
    *,
    urgency: str = "urgent",
    at: datetime | None = None,
    answers: dict[str, str] | None = None,
    **values: str,
) -> ExamRequest:
    """Return a request that the imageur examines."""
    at = at or now()
    request = submitted(territory, urgency=urgency, at=at, answers=answers, **values)
    return take_request(request=request, by=territory.imageur, at=at)


def explain_safety(territory: Territory, *, at: datetime) -> str:
    """Return the motive that the safety rules ask of the imageur for the patient of the scene, if a child."""
    is_child = at.year - territory.patient.birth_date.year < CHILD_YEARS
    return "Dose de l’enfant, sans substitution possible" if is_child else ""


def validated(
    territory: Territory, *, urgency: str = "urgent", at: datetime | None = None, **values: str
) -> ExamRequest:
    """Return a validated request."""
    at = at or now()
    return validate_request(
        request=under_review(territory, urgency=urgency, at=at, **values),
        safety_motive=explain_safety(territory, at=at),
        protocol="Hélice sans injection, filtres mou et osseux",
        contrast_prescription="",
        granted_urgency=urgency,
        review_reason="",
        by=territory.imageur,
        at=at,
    )


def refused(territory: Territory, *, at: datetime | None = None) -> ExamRequest:
    """Return a refused request, not acknowledged yet."""
    at = at or now()
    return refuse_request(
        request=under_review(territory, at=at),
        motive=ExamRequest.Motive.REDUNDANT,
        words="Un scanner d’il y a deux heures répond déjà.",
        alternative="Relecture du premier scanner.",
        by=territory.imageur,
        at=at,
    )
