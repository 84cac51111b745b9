"""Write what a search found as the standard lists it (PS3.18 tables 10.6.3-3 to 10.6.3-5)."""

from django.http import HttpRequest

from diaphane.imaging.headers import REQUEST_ATTRIBUTES
from diaphane.imaging.models import Instance, Series
from diaphane.imaging.pages import FoundStudy

from .answers import ROOT, address
from .model import Model, Value, Writer, describe

UTF_8 = "ISO_IR 192"


_STUDY = Writer(
    "StudyDate",
    "StudyTime",
    "AccessionNumber",
    "ModalitiesInStudy",
    "ReferringPhysicianName",
    "TimezoneOffsetFromUTC",
    "StudyDescription",
    "RetrieveURL",
    "PatientName",
    "PatientID",
    "IssuerOfPatientID",
    "PatientBirthDate",
    "PatientSex",
    "StudyInstanceUID",
    "StudyID",
    "NumberOfStudyRelatedSeries",
    "NumberOfStudyRelatedInstances",
    SpecificCharacterSet=UTF_8,
    InstanceAvailability="ONLINE",
)


def write_study(study: FoundStudy, root: str) -> str:
    """Write a study; ``root`` is the address of DICOMweb here."""
    return _STUDY.write(
        study.study_date,
        study.study_time,
        study.accession_number,
        study.modalities,
        study.referring_physician,
        study.timezone_offset,
        study.description,
        f"{root}/studies/{study.study_instance_uid}",
        study.patient_name,
        study.patient_id,
        study.patient_issuer,
        study.patient_birth_date,
        study.patient_sex,
        study.study_instance_uid,
        study.study_id,
        study.number_of_series,
        study.number_of_instances,
    )


def describe_series(found: Series, request: HttpRequest) -> Model:
    """Write a series."""
    requested = [
        describe({keyword: item.get(keyword, "") for keyword in REQUEST_ATTRIBUTES})
        for item in found.request_attributes
    ]
    return describe(
        {
            "SpecificCharacterSet": UTF_8,
            "Modality": found.modality,
            "TimezoneOffsetFromUTC": found.study.timezone_offset,
            "SeriesDescription": found.description,
            "BodyPartExamined": found.body_part,
            "RetrieveURL": address(request, found.study, found.series_instance_uid),
            "StudyInstanceUID": found.study.study_instance_uid,
            "SeriesInstanceUID": found.series_instance_uid,
            "SeriesNumber": found.number,
            "NumberOfSeriesRelatedInstances": found.number_of_instances,
            "PerformedProcedureStepStartDate": found.performed_date,
            "PerformedProcedureStepStartTime": found.performed_time,
            "RequestAttributesSequence": requested,
        }
    )


def describe_instance(found: Instance, request: HttpRequest) -> Model:
    """Write an instance; what only images have is left out for the others."""
    series, study = found.series, found.series.study
    values: dict[str, Value] = {
        "SpecificCharacterSet": UTF_8,
        "SOPClassUID": found.sop_class_uid,
        "SOPInstanceUID": found.sop_instance_uid,
        "InstanceAvailability": "ONLINE",
        "TimezoneOffsetFromUTC": study.timezone_offset,
        "RetrieveURL": address(request, study, series.series_instance_uid, found.sop_instance_uid),
        "StudyInstanceUID": study.study_instance_uid,
        "SeriesInstanceUID": series.series_instance_uid,
        "InstanceNumber": found.number,
        "AvailableTransferSyntaxUID": found.transfer_syntax_uid,
    }
    if found.rows:
        values |= {
            "Rows": found.rows,
            "Columns": found.columns,
            "BitsAllocated": found.bits_allocated,
            "NumberOfFrames": found.number_of_frames,
        }
    return describe(values)


def make_root(request: HttpRequest) -> str:
    """Return the address of DICOMweb as the client calls it."""
    return request.build_absolute_uri(ROOT)
