"""Decide which act an object belongs to, from identifiers alone, or say why none: never a guess (R40)."""

from dataclasses import dataclass
from uuid import UUID

from diaphane.acts.models import Act
from diaphane.kernel.words import fold
from diaphane.patients.models import Patient
from diaphane.patients.queries import list_former_identities

from .headers import StudyIdentity
from .models import Reconciliation, Study

INS_ISSUERS = frozenset({"ASIP-SANTE-INS-NIR", "ASIP-SANTE-INS-NIA"})
"""Issuers under which PatientID is the INS itself (CI-SIS)."""


@dataclass(frozen=True)
class Match:
    """The act, or why there is none."""

    act: Act | None
    reason: Reconciliation.Reason | None


@dataclass(frozen=True)
class Likeness:
    """Which traits of a study's patient are those of a patient here; None where the images say nothing."""

    name: bool | None
    birth_date: bool | None
    sex: bool | None
    identifier: bool | None

    @property
    def agrees(self) -> bool:
        """Say whether name and birth date are the same, and nothing else differs."""
        return bool(self.name and self.birth_date) and False not in (self.sex, self.identifier)


def identity_of(study: Study) -> StudyIdentity:
    """Return the identity under which a study came."""
    return StudyIdentity(**{name: getattr(study, name) for name in StudyIdentity.__dataclass_fields__})


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
    known = _list_identifiers(identity.patient_issuer, patient)
    if identity.patient_id and known:
        return identity.patient_id in known
    return _has_same_traits(identity, patient)


def is_identified_patient(identity: StudyIdentity, patient: Patient, *, usual_issuer: str) -> bool:
    """Say whether identifier with its issuer, name and birth date are all this patient's.

    ``usual_issuer`` is whose identifiers the sender holds, for objects that name no issuer.
    """
    known = _list_identifiers(identity.patient_issuer or usual_issuer, patient)
    return identity.patient_id in known and _has_same_traits(identity, patient)


def _has_same_traits(identity: StudyIdentity, patient: Patient) -> bool:
    """Compare with the patient, each identity merged into this one, and the traits before each correction."""
    if _is_named(identity, patient) or any(_is_named(identity, each) for each in patient.absorbed.all()):
        return True
    return any(_is_named(identity, each) for each in list_former_identities(patient))


def _is_named(identity: StudyIdentity, patient: Patient) -> bool:
    """Say whether an object names this identity, or the label that it had before it was known."""
    if patient.unidentified_label and fold(identity.patient_name) == fold(patient.unidentified_label):
        return True
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


def compare_patient(study: Study, patient: Patient) -> Likeness:
    """Compare trait by trait, for a person's eyes; an identifier is never compared without its issuer."""
    known, born = _list_identifiers(study.patient_issuer, patient), f"{patient.birth_date:%Y%m%d}"
    return Likeness(
        name=has_same_name(study.patient_name, patient) if study.patient_name else None,
        birth_date=study.patient_birth_date == born if study.patient_birth_date else None,
        sex=study.patient_sex == patient.sex if {study.patient_sex, patient.sex} <= {"F", "M"} else None,
        identifier=study.patient_id in known if known and study.patient_id else None,
    )


def _list_identifiers(issuer: str, patient: Patient) -> list[str]:
    """List what an issuer has called a patient; nothing when the issuer is not said."""
    if not issuer:
        return []
    known = list(patient.identifiers.filter(issuer=issuer).values_list("value", flat=True))
    return [*known, patient.national_ins] if issuer in INS_ISSUERS and patient.national_ins else known
