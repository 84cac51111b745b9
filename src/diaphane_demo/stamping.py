"""Give an image the identity of a worklist item, as a modality does when it acquires (PS3.4 K, IHE SWF).

New UIDs are derived from the step and the original UID: an image that is sent again after a cut is the same
object, and references between the images of one exam still hold.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

_FROM_ITEM = (
    "PatientName",
    "PatientID",
    "PatientBirthDate",
    "PatientSex",
    "AccessionNumber",
    "ReferringPhysicianName",
)
_FROM_ITEM_IF_PRESENT = ("IssuerOfPatientID", "IssuerOfPatientIDQualifiersSequence", "PatientWeight")
# What the original file may say of its own patient or exam (PS3.3 C.7.1.1, C.2.3, C.7.2.2).
_FORGOTTEN = (
    "OtherPatientIDs",
    "OtherPatientIDsSequence",
    "OtherPatientNames",
    "PatientBirthName",
    "PatientBirthTime",
    "PatientBirthDateInAlternativeCalendar",
    "PatientMotherBirthName",
    "PatientAddress",
    "PatientTelephoneNumbers",
    "PatientTelecomInformation",
    "PatientComments",
    "PatientAge",
    "PatientSize",
    "PatientWeight",
    "EthnicGroup",
    "Occupation",
    "AdditionalPatientHistory",
    "MilitaryRank",
    "CountryOfResidence",
    "RegionOfResidence",
    "ResponsiblePerson",
    "InsurancePlanIdentification",
    "IssuerOfPatientID",
    "IssuerOfPatientIDQualifiersSequence",
    "IssuerOfAccessionNumberSequence",
    "ReferencedPatientSequence",
    "ReferencedStudySequence",
    "AdmissionID",
    "PhysiciansOfRecord",
    "NameOfPhysiciansReadingStudy",
    "RequestingPhysician",
)
_RENAMED = frozenset(
    (
        "SOPInstanceUID",
        "SeriesInstanceUID",
        "FrameOfReferenceUID",
        "ReferencedSOPInstanceUID",
        "ReferencedFrameOfReferenceUID",
        "RelatedFrameOfReferenceUID",
        "UID",  # of a content item: an irradiation event, a device
    )
)
_MOMENTS = ("Study", "Series", "Acquisition", "Content")


@dataclass(frozen=True)
class Acquisition:
    """Hold what the scanner adds to the identity: when the step's images were made, and where."""

    started_at: datetime
    station_name: str


def stamp(image: Dataset, item: Dataset, acquisition: Acquisition) -> None:
    """Replace the identity, the UIDs and the times of an image by those of the worklist item."""
    image.decode()  # text must be read in the file's own character set before that is replaced
    image.SpecificCharacterSet = "ISO_IR 192"
    _rename(image, _make_renaming(item, original=str(image.get("StudyInstanceUID", ""))))
    for keyword in _FORGOTTEN:
        if keyword in image:
            delattr(image, keyword)
    for keyword in _FROM_ITEM:
        setattr(image, keyword, item.get(keyword, ""))
    for keyword in _FROM_ITEM_IF_PRESENT:
        if item.get(keyword):
            setattr(image, keyword, item[keyword].value)
    _stamp_request(image, item, acquisition)
    _stamp_times(image, acquisition)
    image.file_meta.MediaStorageSOPInstanceUID = image.SOPInstanceUID


def get_step(item: Dataset) -> Dataset:
    """Return the only scheduled step of a worklist item (PS3.4 K.6.1.2.2)."""
    step: Dataset = item.ScheduledProcedureStepSequence[0]
    return step


def name_step(item: Dataset) -> str:
    """Return what identifies the step of a worklist item: its study and its number, no patient."""
    return f"{item.StudyInstanceUID}/{get_step(item).get('ScheduledProcedureStepID', '')}"


def _make_renaming(item: Dataset, *, original: str) -> Callable[[Dataset, DataElement], None]:
    study = str(item.StudyInstanceUID)
    namespace = uuid.uuid5(uuid.NAMESPACE_OID, name_step(item))

    def rename(_: Dataset, element: DataElement) -> None:
        if element.keyword == "StudyInstanceUID" or (element.keyword == "UID" and element.value == original):
            element.value = study
        elif element.keyword in _RENAMED and element.value:
            element.value = f"2.25.{uuid.uuid5(namespace, str(element.value)).int}"

    return rename


def _rename(image: Dataset, rename: Callable[[Dataset, DataElement], None]) -> None:
    image.walk(rename)
    if "StudyInstanceUID" not in image:
        rename(image, image.setdefault("StudyInstanceUID", ""))


def _stamp_request(image: Dataset, item: Dataset, acquisition: Acquisition) -> None:
    """Say which request the image answers (PS3.3 C.7.3.1.1.1, Request Attributes)."""
    step = get_step(item)
    request = Dataset()
    request.RequestedProcedureID = item.get("RequestedProcedureID", "")
    request.AccessionNumber = item.get("AccessionNumber", "")
    request.StudyInstanceUID = item.StudyInstanceUID
    request.RequestedProcedureDescription = item.get("RequestedProcedureDescription", "")
    request.ScheduledProcedureStepID = step.get("ScheduledProcedureStepID", "")
    request.ScheduledProcedureStepDescription = step.get("ScheduledProcedureStepDescription", "")
    image.RequestAttributesSequence = Sequence([request])
    image.StudyID = item.get("RequestedProcedureID", "")[:16]
    image.StudyDescription = item.get("RequestedProcedureDescription", "")
    image.PerformingPhysicianName = step.get("ScheduledPerformingPhysicianName", "")
    image.PerformedProcedureStepID = step.get("ScheduledProcedureStepID", "")
    image.PerformedProcedureStepDescription = step.get("ScheduledProcedureStepDescription", "")
    image.StationName = acquisition.station_name


def _stamp_times(image: Dataset, acquisition: Acquisition) -> None:
    """Write the times of the acquisition, local with their offset (PS3.3 C.12.1.1.8)."""
    start = acquisition.started_at
    number = int(image.get("InstanceNumber") or 1)
    taken = start + timedelta(milliseconds=20 * max(number - 1, 0))
    for moment in _MOMENTS:
        instant = start if moment in ("Study", "Series") else taken
        setattr(image, f"{moment}Date", f"{instant:%Y%m%d}")
        setattr(image, f"{moment}Time", f"{instant:%H%M%S.%f}")
    image.walk(lambda _, element: _stamp_moment(element, taken))
    image.InstanceCreationDate, image.InstanceCreationTime = f"{taken:%Y%m%d}", f"{taken:%H%M%S.%f}"
    image.PerformedProcedureStepStartDate = f"{start:%Y%m%d}"
    image.PerformedProcedureStepStartTime = f"{start:%H%M%S.%f}"
    image.TimezoneOffsetFromUTC = f"{start:%z}"


def _stamp_moment(element: DataElement, taken: datetime) -> None:
    """Write the instant of a content item (PS3.3 C.18.2): that of the acquisition, for all of them."""
    if element.keyword == "DateTime":
        element.value = f"{taken:%Y%m%d%H%M%S}"
