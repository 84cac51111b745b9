"""Decide which act an object belongs to, from identifiers alone, or say why none: never a guess (R40)."""

from dataclasses import dataclass
from uuid import UUID

from diaphane.acts.models import Act
from diaphane.kernel.words import fold
from diaphane.patients.models import Patient

from .headers import StudyIdentity
from .models import Reconciliation

INS_ISSUERS = frozenset({"ASIP-SANTE-INS-NIR", "ASIP-SANTE-INS-NIA"})
"""Issuers under which PatientID is the INS itself (CI-SIS)."""


@dataclass(frozen=True)
class Match:
    """The act, or why there is none."""

    act: Act | None
    reason: Reconciliation.Reason | None


def match_act(identity: StudyIdentity, *, site_id: UUID) -> Match:
    """Find the act that made this StudyInstanceUID, at this site, for this patient."""
    act = Act.objects.select_related("patient").filter(study_instance_uid=identity.study_instance_uid).first()
    if act is None:
        return Match(None, Reconciliation.Reason.UNKNOWN_STUDY)
    if act.requesting_site_id != site_id:
        return Match(None, Reconciliation.Reason.FOREIGN_SITE)
    if not is_same_patient(identity, act.patient):
        return Match(None, Reconciliation.Reason.OTHER_PATIENT)
    return Match(act, None)


def is_same_patient(identity: StudyIdentity, patient: Patient) -> bool:
    """Say whether an object's patient is this one.

    PatientID decides when its issuer is one that has identified the patient; it is never compared without
    its issuer. Otherwise name, first given name and birth date must all agree.
    """
    known = list(patient.identifiers.filter(issuer=identity.patient_issuer).values_list("value", flat=True))
    if identity.patient_issuer in INS_ISSUERS and patient.ins:
        known.append(patient.ins)
    if identity.patient_issuer and identity.patient_id and known:
        return identity.patient_id in known
    return _has_same_traits(identity, patient)


def _has_same_traits(identity: StudyIdentity, patient: Patient) -> bool:
    return (
        has_same_name(identity.patient_name, patient)
        and identity.patient_birth_date == f"{patient.birth_date:%Y%m%d}"
    )


def has_same_name(patient_name: str, patient: Patient) -> bool:
    """Say whether a DICOM name is this patient's: family name and first given name (PS3.5 §6.2.1)."""
    family, _, given = patient_name.partition("=")[0].partition("^")
    families = {fold(patient.birth_name), fold(patient.used_name)} - {""}
    first = fold(patient.first_names.split(" ")[0])
    given = fold(given.partition("^")[0])
    return fold(family) in families and (given == first or given.startswith(f"{first} "))
