"""Take from a header what the index keeps, as it came: nothing is corrected, no form is refused."""

import json
from dataclasses import asdict, dataclass

from pydicom.dataset import Dataset

from diaphane.kernel.words import fold
from diaphane_dicom.part10 import Part10, to_dicom_json

BULK_MARK = "bulk:"
"""What the stored metadata writes before the tag and rank of bulk data; reading makes it an address."""
BULK_URI = f'"BulkDataURI": "{BULK_MARK}'
REQUEST_ATTRIBUTES = ("ScheduledProcedureStepID", "RequestedProcedureID")
Value = str | int | list[dict[str, str]] | None
_PATIENT_TAGS = ("00100010", "00100020", "00100021", "00100030")
"""PatientName, PatientID, IssuerOfPatientID, PatientBirthDate."""
_LARGEST_INTEGER = 2**31 - 1
_LONGEST_TEXT = 480
"""In bytes: six of these fit in one row of an index; no attribute that is kept may be longer (PS3.5 §6.2)."""


@dataclass(frozen=True)
class StudyIdentity:
    """The study and its patient as an object names them."""

    study_instance_uid: str
    patient_name: str
    patient_id: str
    patient_issuer: str
    patient_birth_date: str

    @property
    def values(self) -> dict[str, str]:
        """Return the fields by which a study is told from another."""
        return asdict(self)


def read_identity(part10: Part10) -> StudyIdentity:
    """Read whose study an object says it belongs to."""
    return read_identity_in(part10.header, study_instance_uid=part10.study_instance_uid)


def read_identity_in(header: Dataset, *, study_instance_uid: str) -> StudyIdentity:
    """Read the same of a header, whose study is known."""
    return StudyIdentity(
        study_instance_uid=study_instance_uid,
        patient_name=read_text(header, "PatientName"),
        patient_id=read_text(header, "PatientID"),
        patient_issuer=read_text(header, "IssuerOfPatientID"),
        patient_birth_date=read_text(header, "PatientBirthDate"),
    )


def read_kept_identity(metadata: str, *, study_instance_uid: str) -> StudyIdentity:
    """Read the same of the metadata of a kept object: few elements, for there may be thousands of objects."""
    model = json.loads(metadata)
    said = Dataset.from_json({tag: model[tag] for tag in _PATIENT_TAGS if tag in model})
    return read_identity_in(said, study_instance_uid=study_instance_uid)


def read_study(header: Dataset) -> dict[str, str]:
    """Read the other fields of a study."""
    return {
        "patient_name_key": fold(read_text(header, "PatientName")),
        "patient_sex": read_text(header, "PatientSex"),
        "accession_number": read_text(header, "AccessionNumber"),
        "study_id": read_text(header, "StudyID"),
        "study_date": read_text(header, "StudyDate"),
        "study_time": read_text(header, "StudyTime"),
        "timezone_offset": read_text(header, "TimezoneOffsetFromUTC"),
        "description": read_text(header, "StudyDescription"),
        "referring_physician": read_text(header, "ReferringPhysicianName"),
        "referring_physician_key": fold(read_text(header, "ReferringPhysicianName")),
    }


def read_series(header: Dataset) -> dict[str, Value]:
    """Read the fields of a series."""
    return {
        "modality": read_text(header, "Modality"),
        "number": read_integer(header, "SeriesNumber"),
        "description": read_text(header, "SeriesDescription"),
        "body_part": read_text(header, "BodyPartExamined"),
        "performed_date": read_text(header, "PerformedProcedureStepStartDate"),
        "performed_time": read_text(header, "PerformedProcedureStepStartTime"),
        "request_attributes": [
            {keyword: read_text(item, keyword) for keyword in REQUEST_ATTRIBUTES}
            for item in header.get("RequestAttributesSequence") or []
        ],
    }


def write_metadata(header: Dataset) -> str:
    """Write the DICOM JSON model of a header as text, bulk data replaced by a mark, its tag and its rank."""
    ranks: dict[str, int] = {}

    def mark(tag: str) -> str:
        ranks[tag] = ranks.get(tag, 0) + 1
        return f"{BULK_MARK}{tag}/{ranks[tag]}"

    return json.dumps(to_dicom_json(header, bulk_data_uri=mark), ensure_ascii=True)


def read_text(header: Dataset, keyword: str) -> str:
    """Return an element as text, cut where no index could hold it; PostgreSQL keeps no NUL: they go."""
    value = header.get(keyword)
    text = "" if value is None else str(value).replace("\0", "").strip()
    return text if len(text) <= _LONGEST_TEXT // 4 else _cut(text)


def _cut(text: str) -> str:
    return text.encode(errors="replace")[:_LONGEST_TEXT].decode(errors="ignore")


def read_integer(header: Dataset, keyword: str) -> int | None:
    """Return an element as a whole number that the database can hold, or None."""
    try:
        number = int(str(header.get(keyword)))
    except ValueError:
        return None
    return number if abs(number) <= _LARGEST_INTEGER else None
