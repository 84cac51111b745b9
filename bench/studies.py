"""A fictitious archive, the same on both sides: any number of studies, each made from its number alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO

from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

LAST_DAY = date(2026, 11, 20)
DAYS = 5 * 365
MODALITIES = ("CT", "CT", "MR", "MR", "CR", "CR", "CR", "US", "DX", "MG")
MODALITIES_SEARCHED = ("CT", "MR", "CR")
DAYS_SEARCHED = "20261114-20261120"
"""The last seven days of the archive."""
_CONSONANTS = ("B", "C", "D", "F", "G", "L", "M", "N", "P", "R", "S", "T", "V", "CH", "BR", "TR")
_VOWELS = ("A", "E", "I", "O", "U", "OU", "AN", "OI")
_ENDS = ("ND", "NT", "RD", "UX", "LLE", "TTE", "RE", "N", "SSE", "LIN", "VAL", "MONT", "CHET", "BERT")
_GIVEN = ("ANNE", "COLETTE", "HELENE", "JEANNE", "LUCIEN", "MARC", "NOEL", "PAUL", "RENE", "SIMONE", "YVES")
_SYLLABLES = tuple(first + second for second in _VOWELS for first in _CONSONANTS)
FAMILIES = 5000
"""So many family names; the most common one has one study in 300, as in France."""


@dataclass(frozen=True)
class Study:
    """One study of one series of one small image."""

    number: int
    patient_name: str
    patient_id: str
    birth_date: str
    accession_number: str
    study_date: str
    study_time: str
    modality: str

    @property
    def study_instance_uid(self) -> str:
        """Return its UID, under a root that numbers studies."""
        return f"2.25.7301977.{self.number + 1}"


def make_study(number: int, count: int) -> Study:
    """Make one study of an archive of so many, which came over five years, the last one on the last day."""
    patient = number // 2
    day = LAST_DAY - timedelta(days=(count - 1 - number) * DAYS // count)
    return Study(
        number=number,
        patient_name=f"{_make_family(patient)}^{_GIVEN[patient % len(_GIVEN)]}",
        patient_id=f"B{patient:08d}",
        birth_date=f"{1930 + patient % 80}{patient % 12 + 1:02d}{patient % 28 + 1:02d}",
        accession_number=f"BENCH{number:08d}",
        study_date=f"{day:%Y%m%d}",
        study_time=f"{number % 24:02d}{number % 60:02d}{number // 7 % 60:02d}",
        modality=MODALITIES[int(len(MODALITIES) * _spread(number, 7919))],
    )


def make_studies(count: int) -> Iterator[Study]:
    """Make the whole archive, in the order of arrival."""
    return (make_study(number, count) for number in range(count))


def _make_family(patient: int) -> str:
    """Draw a family name: few are common, most are rare."""
    rank = int(FAMILIES * _spread(patient) ** 1.5)
    first, second = rank * 37 % len(_SYLLABLES), rank // 5 % len(_SYLLABLES)
    return _SYLLABLES[first] + _SYLLABLES[second] + _ENDS[rank % len(_ENDS)]


def make_object(study: Study) -> bytes:
    """Return the study's only object: 8 × 8 pixels, a header like a modality's."""
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    image = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    image.SOPClassUID, image.SOPInstanceUID = CTImageStorage, f"{study.study_instance_uid}.1.1"
    image.StudyInstanceUID, image.SeriesInstanceUID = (
        study.study_instance_uid,
        f"{study.study_instance_uid}.1",
    )
    image.PatientName, image.PatientID = study.patient_name, study.patient_id
    image.PatientBirthDate, image.PatientSex, image.AccessionNumber = (
        study.birth_date,
        "O",
        study.accession_number,
    )
    image.StudyDate, image.StudyTime, image.StudyID = study.study_date, study.study_time, str(study.number)
    image.StudyDescription, image.ReferringPhysicianName = "Bench", "PRESCRIPTEUR^FICTIF"
    image.Modality, image.SeriesNumber, image.InstanceNumber = study.modality, 1, 1
    image.Rows = image.Columns = 8
    image.SamplesPerPixel, image.PhotometricInterpretation, image.PixelRepresentation = 1, "MONOCHROME2", 0
    image.BitsAllocated, image.BitsStored, image.HighBit = 16, 12, 11
    image.PixelData = bytes(128)
    image["PixelData"].VR = "OW"
    stream = BytesIO()
    image.save_as(stream, enforce_file_format=True)
    return stream.getvalue()


def _spread(number: int, multiplier: int = 2654435761) -> float:
    """Return a fraction that looks drawn at random, and is the same each time."""
    return (number * multiplier + 12345) * 2654435761 % (1 << 32) / (1 << 32)
