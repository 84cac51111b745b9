"""The signed report as a document: frozen data in, PDF/A out; no database, no request, no Django."""

from diaphane_dicom.dose import DoseQuantity

from .model import (
    Communication,
    ContrastInjection,
    Dose,
    DoseMeasure,
    IdentityStatus,
    Patient,
    PatientSummary,
    Professional,
    ReplacedVersion,
    ReportDocument,
    ResultSection,
    Sex,
    Signature,
    StepTimes,
    Structure,
    Technique,
    Version,
    VersionKind,
)
from .rendering import render_report

__all__ = [
    "Communication",
    "ContrastInjection",
    "Dose",
    "DoseMeasure",
    "DoseQuantity",
    "IdentityStatus",
    "Patient",
    "PatientSummary",
    "Professional",
    "ReplacedVersion",
    "ReportDocument",
    "ResultSection",
    "Sex",
    "Signature",
    "StepTimes",
    "Structure",
    "Technique",
    "Version",
    "VersionKind",
    "render_report",
]
