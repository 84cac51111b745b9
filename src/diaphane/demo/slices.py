"""Give some slices of a demo series the identity of an act, as the scanner would have done (PS3.3 C.7.1)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

from django.utils import timezone
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.uid import UID

from diaphane.acts.models import Act
from diaphane.patients.queries import get_local_identifier
from diaphane_dicom.identifiers import new_uid

BETWEEN_SLICES = timedelta(milliseconds=200)


def stamp_slices(folder: Path, *, act: Act, most: int, taken_at: datetime) -> Iterator[bytes]:
    """Yield Part 10 files: slices spread over the middle of the series, under the act's own UIDs."""
    files = _pick(sorted(folder.glob("*.dcm")), most)
    series, frame_of_reference = new_uid(), new_uid()
    for number, path in enumerate(files, start=1):
        image = dcmread(path)
        image.SeriesInstanceUID, image.FrameOfReferenceUID = series, frame_of_reference
        image.SOPInstanceUID = image.file_meta.MediaStorageSOPInstanceUID = UID(new_uid())
        image.InstanceNumber = number
        _identify(image, act)
        _date(image, taken_at + number * BETWEEN_SLICES)
        stream = BytesIO()
        image.save_as(stream, enforce_file_format=True)
        yield stream.getvalue()


def _pick(files: list[Path], most: int) -> list[Path]:
    """Keep at most so many files, evenly spread, without the ends: nobody looks at air."""
    first, last = len(files) // 8, len(files) - len(files) // 10
    middle = files[first:last]
    step = max(1, -(-len(middle) // most))
    return middle[::step]


def _identify(image: Dataset, act: Act) -> None:
    patient, issuer = act.patient, act.requesting_site.issuer
    image.SpecificCharacterSet = "ISO_IR 192"
    image.StudyInstanceUID, image.AccessionNumber = act.study_instance_uid, act.accession_number
    image.PatientName, image.PatientSex = patient.dicom_name, patient.sex
    image.PatientBirthDate = f"{patient.birth_date:%Y%m%d}"
    image.PatientID, image.IssuerOfPatientID = get_local_identifier(patient, issuer=issuer), issuer
    image.ReferringPhysicianName = ""


def _date(image: Dataset, taken_at: datetime) -> None:
    local = timezone.localtime(taken_at)
    for moment in ("Study", "Series", "Acquisition", "Content"):
        setattr(image, f"{moment}Date", f"{local:%Y%m%d}")
        setattr(image, f"{moment}Time", f"{local:%H%M%S.%f}")
