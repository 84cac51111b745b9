"""What a gateway tells of a step that a modality performs, in the DICOM JSON model."""

from collections.abc import Sequence

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as DicomSequence

from diaphane.acts.models import Act
from diaphane.patients.queries import get_local_identifier
from diaphane_dicom.identifiers import new_uid
from diaphane_dicom.part10 import to_dicom_json


def make_series(images: int, *, uid: str = "1.2.77", description: str = "Parenchyme") -> Dataset:
    """Return a performed series of so many images."""
    series = Dataset()
    series.SeriesInstanceUID, series.ProtocolName, series.SeriesDescription = uid, "Crâne", description
    series.ReferencedImageSequence = DicomSequence([_reference() for _number in range(images)])
    return series


def make_step(
    act: Act | None,
    *,
    status: str = "COMPLETED",
    series: Sequence[Dataset] = (),
    study: str = "",
    accession: str = "",
    **elements: object,
) -> dict[str, object]:
    """Return a step of an act, or of nobody known here, with some elements changed."""
    step, scheduled = Dataset(), Dataset()
    scheduled.StudyInstanceUID = study or (act.study_instance_uid if act else new_uid())
    scheduled.AccessionNumber = accession or (act.accession_number if act else "")
    step.ScheduledStepAttributesSequence = DicomSequence([scheduled])
    step.PatientName, step.PatientID, step.PatientBirthDate = "INCONNU^ANNE", "X-1", "19000101"
    if act is not None:
        step.PatientName = act.patient.dicom_name
        step.PatientBirthDate = f"{act.patient.birth_date:%Y%m%d}"
        step.IssuerOfPatientID = act.requesting_site.issuer
        step.PatientID = get_local_identifier(act.patient, issuer=act.requesting_site.issuer)
    step.PerformedProcedureStepStatus, step.Modality = status, "CT"
    step.PerformedStationAETitle, step.PerformedProcedureStepID = "SCANNER1", "PPS1"
    step.PerformedProcedureStepStartDate, step.PerformedProcedureStepStartTime = "20261122", "093000"
    if status != "IN PROGRESS":
        step.PerformedProcedureStepEndDate, step.PerformedProcedureStepEndTime = "20261122", "094210.5"
    step.PerformedSeriesSequence = DicomSequence(list(series))
    for keyword, value in elements.items():
        setattr(step, keyword, value)
    return to_dicom_json(step)


def _reference() -> Dataset:
    reference = Dataset()
    reference.ReferencedSOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
    reference.ReferencedSOPInstanceUID = new_uid()
    return reference
