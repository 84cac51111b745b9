"""Tell the gateway which step the scanner performs, and what it made (MPPS SCU, PS3.4 Annex F)."""

import logging
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pynetdicom.association import Association
from pynetdicom.sop_class import ModalityPerformedProcedureStep  # type: ignore[attr-defined]

from diaphane_demo.sending import ImageFile
from diaphane_demo.stamping import Acquisition, get_step, name_step, stamp
from diaphane_demo.worklist import Station, close

SUCCESS, DUPLICATE_INSTANCE, PROCESSING_FAILURE = 0x0000, 0x0111, 0x0110
NO_LONGER_UPDATED = 0xA710
UTF_8 = "ISO_IR 192"

_SCHEDULED = ("AccessionNumber", "RequestedProcedureID", "RequestedProcedureDescription")
_PATIENT = ("PatientName", "PatientID", "IssuerOfPatientID", "PatientBirthDate", "PatientSex")
_EMPTY_TEXTS = ("PerformedLocation", "PerformedProcedureTypeDescription", "StudyID")
_EMPTY_SEQUENCES = (
    "ReferencedPatientSequence",
    "ProcedureCodeSequence",
    "PerformedProtocolCodeSequence",
    "PerformedSeriesSequence",
)

log = logging.getLogger("diaphane_demo.modality")


@dataclass(frozen=True)
class PerformedStep:
    """Hold one step of the worklist as this station performs it."""

    station: Station
    item: Dataset
    acquisition: Acquisition

    @property
    def uid(self) -> str:
        """Return the step's identifier: the same when the scanner starts again after a cut."""
        return f"2.25.{uuid.uuid5(uuid.NAMESPACE_OID, f'mpps/{name_step(self.item)}').int}"

    def begin(self) -> bool:
        """Say that the step is under way; return whether this is said, or need not be."""
        return self._say("N-CREATE", self._describe_beginning())

    def complete(self, files: Iterable[ImageFile], ended_at: datetime) -> bool:
        """Say that the step is over, and name its images; return whether this is said, or need not be."""
        end = Dataset()
        end.SpecificCharacterSet = UTF_8
        end.PerformedProcedureStepStatus = "COMPLETED"
        end.PerformedProcedureStepEndDate = f"{ended_at:%Y%m%d}"
        end.PerformedProcedureStepEndTime = f"{ended_at:%H%M%S}"
        end.PerformedSeriesSequence = Sequence(self._list_series(files))
        return self._say("N-SET", end)

    def _say(self, request: str, attributes: Dataset) -> bool:
        entity = self.station.make_entity()
        entity.add_requested_context(ModalityPerformedProcedureStep)
        association = entity.associate(self.station.host, self.station.port, ae_title=self.station.called_ae)
        if not association.is_established:
            return bool(association.rejected_contexts)  # a gateway without this service needs no word of it
        try:
            return self._is_heard(request, _send(association, request, attributes, self.uid))
        except RuntimeError:
            return False
        finally:
            close(association)

    def _is_heard(self, request: str, answer: Dataset) -> bool:
        """Tell whether an answer settles the matter: a step begun, or over, already had its answer lost."""
        status, error = answer.get("Status"), answer.get("ErrorID")
        is_known = status == DUPLICATE_INSTANCE or (status, error) == (PROCESSING_FAILURE, NO_LONGER_UPDATED)
        if status == SUCCESS or is_known:
            return True
        log.warning("step_not_taken step=%s request=%s status=%s", name_step(self.item), request, status)
        return status is not None

    def _describe_beginning(self) -> Dataset:
        """Return what table F.7.2-1 of PS3.4 asks at the creation."""
        started_at, scheduled = self.acquisition.started_at, get_step(self.item)
        step = Dataset()
        step.SpecificCharacterSet = UTF_8
        step.TimezoneOffsetFromUTC = f"{started_at:%z}"
        for keyword in _PATIENT:
            setattr(step, keyword, self.item.get(keyword, ""))
        step.ScheduledStepAttributesSequence = Sequence([self._describe_scheduled()])
        step.PerformedProcedureStepID = scheduled.get("ScheduledProcedureStepID") or "1"
        step.PerformedStationAETitle = step.PerformedStationName = self.station.ae_title
        step.PerformedProcedureStepStartDate = f"{started_at:%Y%m%d}"
        step.PerformedProcedureStepStartTime = f"{started_at:%H%M%S}"
        step.PerformedProcedureStepEndDate = step.PerformedProcedureStepEndTime = None
        step.PerformedProcedureStepStatus = "IN PROGRESS"
        step.PerformedProcedureStepDescription = scheduled.get("ScheduledProcedureStepDescription", "")
        step.Modality = self.station.modality
        for keyword in _EMPTY_TEXTS:
            setattr(step, keyword, "")
        for keyword in _EMPTY_SEQUENCES:
            setattr(step, keyword, Sequence())
        return step

    def _describe_scheduled(self) -> Dataset:
        scheduled, step = Dataset(), get_step(self.item)
        scheduled.StudyInstanceUID = self.item.StudyInstanceUID
        for keyword in _SCHEDULED:
            setattr(scheduled, keyword, self.item.get(keyword, ""))
        for keyword in ("ScheduledProcedureStepID", "ScheduledProcedureStepDescription"):
            setattr(scheduled, keyword, step.get(keyword, ""))
        scheduled.ReferencedStudySequence = Sequence()
        scheduled.ScheduledProtocolCodeSequence = Sequence()
        return scheduled

    def _list_series(self, files: Iterable[ImageFile]) -> list[Dataset]:
        """List the series with their images, under the identifiers that stamping gives them."""
        found: dict[str, Dataset] = {}
        for file in files:
            image = dcmread(file.path, stop_before_pixels=True)
            stamp(image, self.item, self.acquisition)
            series = found.setdefault(str(image.SeriesInstanceUID), _begin_series(image))
            reference = Dataset()
            reference.ReferencedSOPClassUID = image.SOPClassUID
            reference.ReferencedSOPInstanceUID = image.SOPInstanceUID
            series.ReferencedImageSequence.append(reference)
        return list(found.values())


def _send(association: Association, request: str, attributes: Dataset, uid: str) -> Dataset:
    send = association.send_n_create if request == "N-CREATE" else association.send_n_set
    answer, _attributes = send(attributes, ModalityPerformedProcedureStep, uid)
    return answer


def _begin_series(image: Dataset) -> Dataset:
    series = Dataset()
    series.SeriesInstanceUID = image.SeriesInstanceUID
    series.SeriesDescription = image.get("SeriesDescription", "")
    series.ProtocolName = image.get("ProtocolName") or image.get("SeriesDescription") or image.Modality
    series.PerformingPhysicianName = image.get("PerformingPhysicianName", "")
    series.OperatorsName = series.RetrieveAETitle = ""
    series.ReferencedImageSequence = Sequence()
    series.ReferencedNonImageCompositeSOPInstanceSequence = Sequence()
    return series
