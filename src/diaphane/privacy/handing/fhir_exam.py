"""The exam as made, its images and its report, in FHIR R4."""

from diaphane.acquisition.models import Exam
from diaphane.acts.models import Act
from diaphane.imaging.models import Study
from diaphane.reporting.models import Report

from .gathering import HeldAct
from .references import Resource, refer, say

_DICOM_UID = "urn:dicom:uid"
_DCM = "http://dicom.nema.org/resources/ontology/DCM"


def describe_exam(exam: Exam, act: Act) -> Resource:
    """Return the Procedure: when, by whom, with which dose and which contrast."""
    given = {
        "CTDIvol (mGy)": exam.ctdi_vol,
        "DLP (mGy.cm)": exam.dlp,
        "contrast": exam.contrast_product,
        "contrast batch": exam.contrast_batch,
        "contrast (mL)": exam.contrast_volume,
        "incidents": exam.incidents,
    }
    period = {"start": exam.started_at.isoformat()} if exam.started_at else {}
    if exam.finished_at:
        period["end"] = exam.finished_at.isoformat()
    performers = [exam.technologist_label, exam.supervisor_label]
    resource: Resource = {
        "resourceType": "Procedure",
        "id": str(exam.pk),
        "status": "completed" if exam.finished_at else "in-progress",
        "subject": refer(act.patient_id),
        "performedPeriod": period,
        "location": {"display": str(act.requesting_site)},
    }
    if named := [{"actor": {"display": each}} for each in performers if each]:
        resource["performer"] = named
    notes = [{"text": f"{name}: {value}"} for name, value in given.items() if value]
    return resource | ({"note": notes} if notes else {})


def describe_study(study: Study, act: Act) -> Resource:
    """Return the ImagingStudy: its series with their counts; the objects are in a copy of their own."""
    series = [
        {
            "uid": each.series_instance_uid,
            "modality": {"system": _DCM, "code": each.modality or "OT"},
            "numberOfInstances": each.number_of_instances,
        }
        | ({"description": each.description} if each.description else {})
        | ({"number": each.number} if each.number is not None and each.number >= 0 else {})
        for each in study.series.all()
    ]
    resource: Resource = {
        "resourceType": "ImagingStudy",
        "id": str(study.pk),
        "identifier": [{"system": _DICOM_UID, "value": f"urn:oid:{study.study_instance_uid}"}],
        "status": "available",
        "subject": refer(act.patient_id),
        "numberOfSeries": study.number_of_series,
        "numberOfInstances": study.number_of_instances,
    }
    return resource | ({"series": series} if series else {})


def describe_report(report: Report, held: HeldAct) -> Resource:
    """Return the DiagnosticReport: its conclusion, and the signed document beside it in the file."""
    resource: Resource = {
        "resourceType": "DiagnosticReport",
        "id": str(report.pk),
        "status": "final",
        "code": say(held.request.exam.label if held.request and held.request.exam else "–"),
        "subject": refer(held.act.patient_id),
        "performer": [{"display": report.author_label}],
        "presentedForm": [{"contentType": "application/pdf", "url": name_document(report)}],
    }
    if report.signed_at:
        resource["issued"] = report.signed_at.isoformat()
    if report.conclusion:
        resource["conclusion"] = report.conclusion
    if held.request is not None:
        resource["basedOn"] = [refer(held.request.pk)]
    if held.studies:
        resource["imagingStudy"] = [refer(each.pk) for each in held.studies]
    return resource


def name_document(report: Report) -> str:
    """Return where the signed document of a report stands in the file."""
    return f"comptes-rendus/{report.signed_at:%Y-%m-%d}-{str(report.pk)[:8]}-v{report.version}.pdf"
