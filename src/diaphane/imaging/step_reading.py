"""Read a performed procedure step: whose it is, when it ran, its series (PS3.3 §C.4.13 to §C.4.15)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo

from django.utils.timezone import get_default_timezone
from pydicom.dataset import Dataset

from diaphane_dicom.identifiers import is_valid_uid
from diaphane_dicom.part10 import READ_ERRORS, from_dicom_json

from .headers import StudyIdentity, read_text
from .performed import StepState

_DATE = re.compile(r"\d{8}", re.ASCII)
_TIME = re.compile(r"(\d{2})(\d{2})?(\d{2})?(\.\d{1,6})?", re.ASCII)
_OFFSET = re.compile(r"([+-])(\d{2})(\d{2})", re.ASCII)
_CODE_STRING = 16
_OBJECTS = ("ReferencedImageSequence", "ReferencedNonImageCompositeSOPInstanceSequence")


class UnreadableStepError(ValueError):
    """What was sent is not a performed procedure step."""


@dataclass(frozen=True)
class AnnouncedSeries:
    """One series as its modality announces it."""

    series_instance_uid: str
    description: str
    images: int


@dataclass(frozen=True)
class SaidStep:
    """What a modality says of one step."""

    sop_instance_uid: str
    revision: int
    state: StepState
    identities: tuple[tuple[StudyIdentity, str], ...]
    station_ae_title: str
    modality: str
    started_at: datetime | None
    ended_at: datetime | None
    series: tuple[AnnouncedSeries, ...]
    attributes: dict[str, object]

    @property
    def images(self) -> int:
        """Count the objects that the step announces."""
        return sum(each.images for each in self.series)


def read_step(sop_instance_uid: str, revision: int, attributes: Mapping[str, object]) -> SaidStep:
    """Read the data set of a step in the DICOM JSON model.

    Raises:
        UnreadableStepError
    """
    try:
        step = from_dicom_json(dict(attributes))
        return SaidStep(
            sop_instance_uid=sop_instance_uid,
            revision=revision,
            state=StepState(read_text(step, "PerformedProcedureStepStatus")),
            identities=tuple(_read_identity(step, each) for each in step.ScheduledStepAttributesSequence),
            station_ae_title=read_text(step, "PerformedStationAETitle")[:_CODE_STRING],
            modality=read_text(step, "Modality")[:_CODE_STRING],
            started_at=_read_instant(step, "PerformedProcedureStepStart"),
            ended_at=_read_instant(step, "PerformedProcedureStepEnd"),
            series=tuple(_read_series(each) for each in step.get("PerformedSeriesSequence") or []),
            attributes=dict(attributes),
        )
    except READ_ERRORS as error:
        raise UnreadableStepError(type(error).__name__) from error


def _read_identity(step: Dataset, scheduled: Dataset) -> tuple[StudyIdentity, str]:
    """Return the study and the patient that a scheduled step names, and its accession number."""
    uid = read_text(scheduled, "StudyInstanceUID")
    if not is_valid_uid(uid):
        raise UnreadableStepError("StudyInstanceUID")
    identity = StudyIdentity(
        study_instance_uid=uid,
        patient_name=read_text(step, "PatientName"),
        patient_id=read_text(step, "PatientID"),
        patient_issuer=read_text(step, "IssuerOfPatientID"),
        patient_birth_date=read_text(step, "PatientBirthDate"),
    )
    return identity, read_text(scheduled, "AccessionNumber")


def _read_series(series: Dataset) -> AnnouncedSeries:
    objects = {
        read_text(each, "ReferencedSOPInstanceUID")
        for keyword in _OBJECTS
        for each in series.get(keyword) or []
    }
    return AnnouncedSeries(
        series_instance_uid=read_text(series, "SeriesInstanceUID"),
        description=read_text(series, "SeriesDescription") or read_text(series, "ProtocolName"),
        images=len(objects),
    )


def _read_instant(step: Dataset, prefix: str) -> datetime | None:
    """Return a local date and time as an instant, or None when they are no date and time."""
    day, time = read_text(step, f"{prefix}Date"), _TIME.fullmatch(read_text(step, f"{prefix}Time"))
    if not _DATE.fullmatch(day) or time is None:
        return None
    hours, minutes, seconds, _fraction = time.groups()
    text = f"{day}{hours}{minutes or '00'}{seconds or '00'}"
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=_read_zone(step))
    except ValueError:
        return None


def _read_zone(step: Dataset) -> tzinfo:
    offset = _OFFSET.fullmatch(read_text(step, "TimezoneOffsetFromUTC"))
    if offset is None:
        return get_default_timezone()
    sign, hours, minutes = offset.groups()
    delay = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(delay if sign == "+" else -delay)
