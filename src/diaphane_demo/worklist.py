"""Ask the modality worklist which exams are under way (C-FIND SCU, PS3.4 Annex K)."""

from dataclasses import dataclass

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pynetdicom import AE
from pynetdicom.association import Association
from pynetdicom.sop_class import ModalityWorklistInformationFind  # type: ignore[attr-defined]

CONNECT_SECONDS = 10
ANSWER_SECONDS = 60
_PENDING = (0xFF00, 0xFF01)
_STEP_KEYS = (
    "ScheduledProcedureStepStartDate",
    "ScheduledProcedureStepStartTime",
    "ScheduledPerformingPhysicianName",
    "ScheduledProcedureStepDescription",
    "ScheduledProcedureStepID",
    "ScheduledProcedureStepStatus",
)
_KEYS = (
    "PatientName",
    "PatientID",
    "IssuerOfPatientID",
    "PatientBirthDate",
    "PatientSex",
    "PatientWeight",
    "AccessionNumber",
    "StudyInstanceUID",
    "RequestedProcedureID",
    "RequestedProcedureDescription",
    "ReferringPhysicianName",
)


class WorklistUnavailableError(ConnectionError):
    """Say that the gateway did not answer the worklist query."""


@dataclass(frozen=True)
class Station:
    """Hold the addresses of a scanner and of the gateway that it talks to."""

    ae_title: str
    modality: str
    called_ae: str
    host: str
    port: int

    def make_entity(self) -> AE:
        """Return the scanner's entity: soon told of an absent gateway, patient with a busy one."""
        entity = AE(ae_title=self.ae_title)
        entity.connection_timeout = entity.acse_timeout = CONNECT_SECONDS
        entity.dimse_timeout = ANSWER_SECONDS
        return entity


def list_started_steps(station: Station) -> list[Dataset]:
    """Return the worklist items whose step has started on this station, oldest answer first.

    Raises:
        WorklistUnavailableError: no association, or the query failed.
    """
    entity = station.make_entity()
    entity.add_requested_context(ModalityWorklistInformationFind)
    association = entity.associate(station.host, station.port, ae_title=station.called_ae)
    if not association.is_established:
        raise WorklistUnavailableError("no association")
    try:
        answers = list(association.send_c_find(_make_query(station), ModalityWorklistInformationFind))
    finally:
        close(association)
    last = answers[-1][0] if answers else Dataset()
    if last.get("Status") != 0x0000:
        raise WorklistUnavailableError("query failed")
    items = [item for status, item in answers if status.get("Status") in _PENDING and item is not None]
    return [item for item in items if _is_started_here(item, station)]


def close(association: Association) -> None:
    """End an association politely if it still stands."""
    if association.is_established:
        association.release()
    else:
        association.abort()


def _make_query(station: Station) -> Dataset:
    query = Dataset()
    query.SpecificCharacterSet = "ISO_IR 192"
    for keyword in _KEYS:
        setattr(query, keyword, None if keyword == "PatientWeight" else "")
    step = Dataset()
    # Any station: a site may plan an exam without naming its scanner.
    step.Modality, step.ScheduledStationAETitle = station.modality, ""
    for keyword in _STEP_KEYS:
        setattr(step, keyword, "")
    query.ScheduledProcedureStepSequence = Sequence([step])
    return query


def _is_started_here(item: Dataset, station: Station) -> bool:
    """Tell whether the step is ours and under way: a gateway may answer more than it was asked."""
    steps = item.get("ScheduledProcedureStepSequence") or [Dataset()]
    step = steps[0]
    return (
        step.get("ScheduledProcedureStepStatus") == "STARTED"
        and step.get("Modality") == station.modality
        and step.get("ScheduledStationAETitle") in (None, "", station.ae_title)
    )
