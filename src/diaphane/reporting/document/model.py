"""Say what a signed report contains, as plain frozen data (R91, R92, R93, R98)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum

from diaphane_dicom.dose import DoseQuantity


class IdentityStatus(Enum):
    """Name how far the patient's identity was checked (INS reference framework)."""

    PROVISIONAL = "identité provisoire"
    RETRIEVED = "identité récupérée"
    VALIDATED = "identité validée"
    QUALIFIED = "identité qualifiée"


class Sex(Enum):
    """Name the administrative sex; the value is the DICOM and HL7 code."""

    FEMALE = "F"
    MALE = "M"
    UNKNOWN = "O"


class VersionKind(Enum):
    """Name what this version of the report is."""

    FINAL = "Compte rendu signé"
    ADDENDUM = "Complément"
    CORRECTED = "Compte rendu rectifié"
    RETRACTED = "Compte rendu annulé"


@dataclass(frozen=True, kw_only=True, slots=True)
class Patient:
    """Hold the traits of the INS; `ins` is printed only when the identity is qualified."""

    birth_name: str
    first_birth_name: str
    birth_date: date | None
    sex: Sex
    identity_status: IdentityStatus
    used_name: str = ""
    used_first_name: str = ""
    birth_first_names: str = ""
    birth_place: str = ""
    ins: str = ""
    ins_type: str = "NIR"


@dataclass(frozen=True, kw_only=True, slots=True)
class Structure:
    """Hold a structure as a letterhead shows it."""

    name: str
    finess: str = ""
    address: str = ""
    phone: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Professional:
    """Hold a professional involved in the act: who, in which role, from where (R92)."""

    name: str
    role: str
    rpps: str = ""
    site: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ContrastInjection:
    """Hold one injected product with what a reaction or a recall would need."""

    product: str
    batch: str = ""
    volume_ml: Decimal | None = None
    route: str = ""
    at: datetime | None = None
    reaction: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class DoseMeasure:
    """Hold one dose value in the unit of its quantity (mGy, mGy·cm, mGy·cm² or MBq)."""

    quantity: DoseQuantity
    value: Decimal
    detail: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Dose:
    """Hold the measures; the modality says which are owed, so that none is silently absent (R93).

    `source` says who gave them; `remarks` what a reader must know, such as a level that is exceeded and why.
    """

    modality: str
    measures: tuple[DoseMeasure, ...] = ()
    source: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Technique:
    """Hold how the images were made."""

    device: str
    acquisitions: str
    dose: Dose
    injections: tuple[ContrastInjection, ...] = ()
    quality: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ResultSection:
    """Hold one titled part of the results; an empty title is an untitled text."""

    title: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Communication:
    """Hold one result told before the written report: to whom, when, and whether it was read back."""

    to_name: str
    to_function: str
    at: datetime
    read_back: bool
    by_name: str = ""
    channel: str = ""
    text: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class StepTimes:
    """Hold the instants of the act (R92); one that is not known is printed as not recorded."""

    requested_at: datetime | None
    validated_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PatientSummary:
    """Hold the three fields the radiologist writes for the patient."""

    searched: str
    found: str
    next_step: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Signature:
    """Hold who signed, when, and the second factor that was asked for."""

    signed_by: str
    rpps: str
    at: datetime
    second_factor: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplacedVersion:
    """Hold the version that this one replaces or completes, and why."""

    number: int
    signed_at: datetime
    signed_by: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Version:
    """Hold the place of this document among the versions of the report."""

    number: int
    kind: VersionKind = VersionKind.FINAL
    replaces: ReplacedVersion | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportDocument:
    """Hold everything that the signed document prints; free text may have line breaks."""

    accession_number: str
    act_kind: str
    act_label: str
    patient: Patient
    requesting_structure: Structure
    requesting_physician: Professional
    performing_site: Structure
    reading_structure: Structure
    technique: Technique
    results: tuple[ResultSection, ...]
    conclusion: str
    next_step: str
    for_patient: PatientSummary
    professionals: tuple[Professional, ...]
    times: StepTimes
    signature: Signature
    version: Version
    urgency: str = ""
    indication: str = ""
    antecedents: str = ""
    comparison: str = ""
    prescriptions: str = ""
    communications: tuple[Communication, ...] = ()
    incidents: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    time_zone: str = "Europe/Paris"
