"""Say whether a modality may create a performed procedure step, or change it so (PS3.4 §F.7.2)."""

from collections.abc import Iterable

from pydicom.datadict import tag_for_keyword
from pydicom.dataset import Dataset

from diaphane_dicom.identifiers import is_valid_uid
from diaphane_dicom.part10 import from_dicom_json

from .steps import Model, Step

STATUS = "PerformedProcedureStepStatus"
IN_PROGRESS, COMPLETED, DISCONTINUED = "IN PROGRESS", "COMPLETED", "DISCONTINUED"
FINAL = frozenset({COMPLETED, DISCONTINUED})

PROCESSING_FAILURE = 0x0110
DUPLICATE_INSTANCE = 0x0111
NO_SUCH_INSTANCE = 0x0112
INVALID_VALUE = 0x0106
SOME_NOT_TAKEN = 0x0107
INVALID_INSTANCE = 0x0117
MISSING_ATTRIBUTE = 0x0120
MISSING_VALUE = 0x0121
"""Statuses of PS3.7 annex C."""
NO_LONGER_UPDATED = 0xA710
"""The error identifier of §F.7.2.2.3: a final step may no longer be updated."""

NEEDED_AT_CREATION = (
    "ScheduledStepAttributesSequence",
    "PerformedProcedureStepID",
    "PerformedStationAETitle",
    "PerformedProcedureStepStartDate",
    "PerformedProcedureStepStartTime",
    STATUS,
    "Modality",
)
"""Type 1 at N-CREATE (table F.7.2-1). Type 2 attributes that a modality leaves out are not asked for."""
NEEDED_AT_END = ("PerformedProcedureStepEndDate", "PerformedProcedureStepEndTime")
NEEDED_WHEN_COMPLETED = (*NEEDED_AT_END, "PerformedSeriesSequence")
"""Type 1 in the final state; a discontinued step may have made no series."""
FIXED = (
    "ScheduledStepAttributesSequence",
    "PatientName",
    "PatientID",
    "IssuerOfPatientID",
    "PatientBirthDate",
    "PatientSex",
    "ReferencedPatientSequence",
    "PerformedProcedureStepID",
    "PerformedStationAETitle",
    "PerformedStationName",
    "PerformedLocation",
    "PerformedProcedureStepStartDate",
    "PerformedProcedureStepStartTime",
    "Modality",
    "StudyID",
)
"""What N-SET may not change (table F.7.2-1); the value of the creation stands."""


class StepRefusedError(ValueError):
    """Say why a request is refused: the status to answer, a comment without patient data, an error code."""

    def __init__(self, status: int, comment: str, error_id: int = 0) -> None:
        super().__init__(comment)
        self.status = status
        self.comment = comment
        self.error_id = error_id


def check_creation(sop_instance_uid: str, attributes: Dataset) -> None:
    """Check an N-CREATE (§F.7.2.1). Raises StepRefusedError."""
    if not is_valid_uid(sop_instance_uid):
        raise StepRefusedError(INVALID_INSTANCE, "SOP Instance UID is missing or malformed")
    _require(attributes, NEEDED_AT_CREATION)
    for scheduled in attributes.ScheduledStepAttributesSequence:
        _require(scheduled, ("StudyInstanceUID",))
        if not is_valid_uid(str(scheduled.StudyInstanceUID)):
            raise StepRefusedError(INVALID_VALUE, "StudyInstanceUID")
    if attributes[STATUS].value != IN_PROGRESS:
        raise StepRefusedError(INVALID_VALUE, f"{STATUS}: a step begins {IN_PROGRESS}")


def merge_changes(step: Step, changes: Model) -> tuple[Model, list[str]]:
    """Return what a step becomes by an N-SET, and the tags that were given another value but stay (§F.7.2.2).

    Raises StepRefusedError: the step is final, the status is none, or the final state lacks something.
    """
    if step.is_final:
        raise StepRefusedError(PROCESSING_FAILURE, "the step may no longer be updated", NO_LONGER_UPDATED)
    fixed = {f"{tag_for_keyword(keyword):08X}" for keyword in FIXED}
    kept = [tag for tag in changes if tag in fixed and changes[tag] != step.attributes.get(tag)]
    merged = step.attributes | {tag: value for tag, value in changes.items() if tag not in fixed}
    _check_state(from_dicom_json(merged))
    return merged, kept


def is_final(attributes: Model) -> bool:
    """Say whether a step is over, one way or the other."""
    return from_dicom_json(attributes).get(STATUS) in FINAL


def _check_state(step: Dataset) -> None:
    status = step.get(STATUS)
    if status not in FINAL | {IN_PROGRESS}:
        raise StepRefusedError(INVALID_VALUE, STATUS)
    if status == COMPLETED:
        _require(step, NEEDED_WHEN_COMPLETED)
    elif status == DISCONTINUED:
        _require(step, NEEDED_AT_END)
    if status in FINAL:
        for series in step.get("PerformedSeriesSequence") or []:
            _require(series, ("SeriesInstanceUID",))


def _require(attributes: Dataset, keywords: Iterable[str]) -> None:
    for keyword in keywords:
        if keyword not in attributes:
            raise StepRefusedError(MISSING_ATTRIBUTE, keyword)
        if attributes[keyword].is_empty:
            raise StepRefusedError(MISSING_VALUE, keyword)
