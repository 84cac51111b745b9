"""Compose the printed document from the act's own records (R92, R93)."""

from uuid import UUID

from diaphane.accounts.operations import Factor
from diaphane.accounts.queries import get_professional
from diaphane.acquisition.models import Exam
from diaphane.acquisition.queries import find_exam
from diaphane.kernel.actors import Actor
from diaphane.organisations.models import Structure as StructureRow
from diaphane.patients.models import Patient as PatientRow
from diaphane.requests.models import ExamRequest

from . import document
from .dose import compose_dose
from .models import Report

UNKNOWN_PLACE = "99999"  # INSEE: not known
_FACTORS = {
    Factor.TOTP: "code à usage unique (TOTP)",
    Factor.PASSKEY: "clé d’accès (WebAuthn)",
    Factor.PRO_SANTE_CONNECT: "confirmation par Pro Santé Connect",
}


def compose_document(report: Report, *, signatory: Actor, factor: Factor) -> document.ReportDocument:
    """Return everything that the signed report prints."""
    act, request = report.act, report.act.request
    exam = find_exam(act)
    if exam is None or report.signed_at is None or act.reading_structure is None:
        raise ValueError("a report is composed once its exam is read and its instant of signature known")
    asked_for = request.exam
    signatory_rpps = _rpps(signatory.id)
    return document.ReportDocument(
        accession_number=act.accession_number,
        act_kind="Télédiagnostic",
        act_label=asked_for.label if asked_for else "",
        patient=_patient(act.patient),
        requesting_structure=_structure(act.requesting_site),
        requesting_physician=_requester(request),
        performing_site=_structure(act.requesting_site),
        reading_structure=_structure(act.reading_structure),
        technique=_technique(exam, asked_for.modality if asked_for else ""),
        results=tuple(document.ResultSection(title=title, text=text) for title, text in report.sections),
        conclusion=report.conclusion,
        next_step=report.next_step,
        for_patient=document.PatientSummary(
            searched=report.patient_searched, found=report.patient_found, next_step=report.patient_next
        ),
        professionals=_professionals(report, exam, signatory, signatory_rpps),
        times=document.StepTimes(
            requested_at=request.submitted_at,
            validated_at=request.validated_at,
            started_at=exam.started_at,
            ended_at=exam.finished_at,
        ),
        signature=document.Signature(
            signed_by=signatory.label,
            rpps=signatory_rpps,
            at=report.signed_at,
            second_factor=_FACTORS[factor],
        ),
        version=document.Version(number=report.version),
        urgency=str(act.urgency.label),
        indication=f"{request.question}\n{request.history}".strip(),
        antecedents=request.antecedents,
        comparison=report.comparison,
        prescriptions=_prescriptions(request),
        communications=_communications(report, signatory),
        incidents=tuple(line for line in exam.incidents.splitlines() if line.strip()),
    )


def _patient(patient: PatientRow) -> document.Patient:
    first, _separator, others = patient.first_names.partition(" ")
    return document.Patient(
        birth_name=patient.birth_name,
        first_birth_name=first,
        birth_first_names=f"{first} {others}".strip(),
        used_name=patient.used_name,
        birth_date=patient.birth_date,
        sex={"F": document.Sex.FEMALE, "M": document.Sex.MALE}.get(patient.sex, document.Sex.UNKNOWN),
        identity_status=document.IdentityStatus[patient.identity_status.upper()],
        birth_place="" if patient.birth_place_code == UNKNOWN_PLACE else patient.birth_place_code,
        ins=patient.ins,
        ins_type=patient.get_ins_oid_display() if patient.ins_oid else "",
    )


def _structure(structure: StructureRow) -> document.Structure:
    return document.Structure(
        name=structure.name, finess=structure.finess, address=structure.city, phone=structure.phone
    )


def _requester(request: ExamRequest) -> document.Professional:
    professional = get_professional(request.author_id)
    return document.Professional(
        name=request.author_label,
        role="Médecin demandeur",
        rpps=professional.rpps if professional else "",
        site=request.act.requesting_site.name,
    )


def _rpps(account_id: UUID | None) -> str:
    professional = get_professional(account_id) if account_id else None
    return professional.rpps if professional else ""


def _professionals(
    report: Report, exam: Exam, signatory: Actor, rpps: str
) -> tuple[document.Professional, ...]:
    request = report.act.request
    site = report.act.requesting_site.name
    reading = report.act.reading_structure.name if report.act.reading_structure else ""
    found = [
        _requester(request),
        document.Professional(
            name=request.reviewer_label,
            role="Radiologue (validation)",
            rpps=_rpps(request.reviewer_id),
            site=reading,
        ),
        document.Professional(
            name=exam.supervisor_label,
            role="Radiologue (supervision)",
            rpps=_rpps(exam.supervisor_id),
            site=reading,
        ),
        document.Professional(name=exam.technologist_label, role="Manipulateur (MERM)", site=site),
        document.Professional(name=exam.on_site_physician, role="Médecin de proximité", site=site),
        document.Professional(name=signatory.label, role="Radiologue (signature)", rpps=rpps, site=reading),
    ]
    return tuple(each for each in found if each.name)


def _technique(exam: Exam, modality: str) -> document.Technique:
    injection = document.ContrastInjection(
        product=exam.contrast_product,
        batch=exam.contrast_batch,
        volume_ml=exam.contrast_volume,
        route=exam.contrast_route,
        at=exam.contrast_at,
    )
    return document.Technique(
        device=exam.device,
        acquisitions=exam.acquisitions,
        dose=compose_dose(exam, modality),
        injections=(injection,) if exam.contrast_product else (),
        quality=_quality(exam),
    )


def _quality(exam: Exam) -> str:
    """Say who accepted the images, and with which reserve (R88)."""
    verdict = f"Images acceptées par {exam.quality_by_label}" if exam.quality_by_label else ""
    return f"{verdict}, avec une réserve : {exam.quality_comment}" if exam.quality_comment else verdict


def _prescriptions(request: ExamRequest) -> str:
    contrast = request.contrast_prescription.strip() or "aucun"
    return f"Protocole : {request.protocol}\nProduit de contraste : {contrast}"


def _communications(report: Report, signatory: Actor) -> tuple[document.Communication, ...]:
    if report.communicated_at is None:
        return ()
    return (
        document.Communication(
            to_name=report.communicated_to,
            to_function=report.communicated_function,
            at=report.communicated_at,
            read_back=report.communicated_read_back,
            by_name=signatory.label,
        ),
    )
