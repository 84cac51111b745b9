"""Tell a gateway what its modalities are to make, in the DICOM JSON model (PS3.4 §K.6.1)."""

import hashlib
import json

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.timezone import localtime

from diaphane.acquisition.queries import WorklistStep, list_worklist
from diaphane.acts.models import Act
from diaphane.interop.authentication import interface
from diaphane.interop.dicomweb.model import Model, describe
from diaphane.kernel.actors import Actor

LONG_STRING = 64
PRIORITIES = {
    Act.Urgency.VITAL: "STAT",
    Act.Urgency.URGENT: "HIGH",
    Act.Urgency.DELAYED: "MEDIUM",
    Act.Urgency.SCHEDULED: "ROUTINE",
}
"""Requested Procedure Priority (0040,1003), by which the gateway sends what is urgent first."""


@interface("GET", needs="gateway.worklist")
def worklist(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Answer the worklist of the gateway's own site; 304 when it has not moved."""
    steps = list_worklist(site_id=actor.structure_id) if actor.structure_id else []
    content = json.dumps({"items": [describe_step(each) for each in steps]}, ensure_ascii=False)
    tag = f'"{hashlib.sha256(content.encode()).hexdigest()}"'
    response: HttpResponse
    if request.headers.get("If-None-Match") == tag:
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(content, content_type="application/json")
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    return response


def describe_step(step: WorklistStep) -> Model:
    """Write one step as a worklist answers it; dates and times are the site's own (PS3.5 §6.2)."""
    patient, number = step.patient, step.act.accession_number
    return describe(
        {
            "SpecificCharacterSet": "ISO_IR 192",
            "PatientName": patient.dicom_name,
            "PatientID": step.local_id,
            "IssuerOfPatientID": step.issuer,
            "PatientBirthDate": f"{patient.birth_date:%Y%m%d}",
            "PatientSex": "O" if patient.sex == patient.Sex.UNKNOWN else patient.sex,
            "AccessionNumber": number,
            "StudyInstanceUID": step.act.study_instance_uid,
            "RequestedProcedureID": number,
            "RequestedProcedureDescription": str(step.exam_label)[:LONG_STRING],
            "RequestedProcedurePriority": PRIORITIES[step.act.urgency],
            "ReferringPhysicianName": step.referring_physician[:LONG_STRING],
            "ScheduledProcedureStepSequence": [_describe_schedule(step)],
        }
    )


def _describe_schedule(step: WorklistStep) -> Model:
    starts_at = localtime(step.starts_at)
    return describe(
        {
            "Modality": step.modality,
            "ScheduledStationAETitle": step.station_ae_title,
            "ScheduledProcedureStepStartDate": f"{starts_at:%Y%m%d}",
            "ScheduledProcedureStepStartTime": f"{starts_at:%H%M%S}",
            "ScheduledProcedureStepDescription": str(step.exam_label)[:LONG_STRING],
            "ScheduledProcedureStepID": step.act.accession_number,
            "ScheduledProcedureStepStatus": step.status,
            "ScheduledPerformingPhysicianName": step.performing_physician[:LONG_STRING],
        }
    )
