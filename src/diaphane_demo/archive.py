"""Play the archive of a site: it holds one earlier MR of some patients (C-FIND and C-GET SCP, PS3.4 Annex C).

    python -m diaphane_demo.archive --ae-title ARCHIVE --port 11113 --people FILE --images DIR

FILE lists the patients it knows, in JSON: `patient_id`, `name`, `birth_date`, `sex`. Like many archives it
names no issuer: the identifiers are those of its site.
"""

import argparse
import json
import logging
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as DicomSequence
from pydicom.uid import MRImageStorage
from pynetdicom import AE, evt
from pynetdicom.events import Event
from pynetdicom.sop_class import (  # type: ignore[attr-defined]
    StudyRootQueryRetrieveInformationModelFind,
    StudyRootQueryRetrieveInformationModelGet,
)

from diaphane_demo.series import stable_uid
from diaphane_demo.stamping import Acquisition, stamp

HOST = "127.0.0.1"
MADE_AT = datetime(2025, 9, 18, 14, 20, tzinfo=ZoneInfo("Europe/Paris"))
"""Always the same instant: an image that is sent again is the same object."""
DESCRIPTION = "IRM cérébrale"
ONE_SLICE_IN = 4
"""The earlier exam was made in slices of 4 mm."""
_ANSWERED = ("PatientID", "PatientName", "PatientBirthDate", "StudyInstanceUID", "AccessionNumber")
PENDING, CANCELLED = 0xFF00, 0xFE00

log = logging.getLogger("diaphane_demo.archive")


@dataclass(frozen=True)
class Archive:
    """Hold the patients that the archive knows, and the slices of which their earlier exam is made."""

    people: tuple[dict[str, str], ...]
    images: Path

    @cached_property
    def studies(self) -> dict[str, Dataset]:
        """Map the identifier of each study to what the archive says of it, as a worklist would."""
        described = [_describe(person) for person in self.people]
        return {str(study.StudyInstanceUID): study for study in described}

    def find(self, event: Event) -> Iterator[tuple[int, Dataset | None]]:
        """Answer the studies of a patient, or the series of a study."""
        query = event.identifier
        for study in self.studies.values():
            if _asks_for(query, study):
                yield PENDING, self._answer(query, study)
        log.info("search_answered level=%s", query.get("QueryRetrieveLevel"))

    def get(self, event: Event) -> Iterator[int | tuple[int, Dataset | None]]:
        """Send the images of a study on the association that asks."""
        study = self.studies.get(str(event.identifier.get("StudyInstanceUID")))
        files = self._list_files() if study else []
        yield len(files)
        for number, file in enumerate(files, start=1):
            if event.is_cancelled or study is None:
                yield CANCELLED, None
                return
            yield PENDING, _stamp(dcmread(file), study, number)
        log.info("study_sent images=%d", len(files))

    def serve(self, ae_title: str, port: int) -> None:
        """Answer until the process is stopped."""
        entity = AE(ae_title)
        entity.add_supported_context(StudyRootQueryRetrieveInformationModelFind)
        entity.add_supported_context(StudyRootQueryRetrieveInformationModelGet)
        entity.add_supported_context(MRImageStorage, scu_role=True, scp_role=True)
        handlers: list[evt.EventHandlerType] = [(evt.EVT_C_FIND, self.find), (evt.EVT_C_GET, self.get)]
        entity.start_server((HOST, port), block=False, evt_handlers=handlers)

    def _list_files(self) -> list[Path]:
        return sorted(self.images.glob("*.dcm"))[::ONE_SLICE_IN]

    def _answer(self, query: Dataset, study: Dataset) -> Dataset:
        answer = Dataset()
        answer.SpecificCharacterSet = "ISO_IR 192"
        answer.QueryRetrieveLevel = query.QueryRetrieveLevel
        for keyword in _ANSWERED:
            setattr(answer, keyword, study[keyword].value)
        answer.StudyDate, answer.StudyDescription = f"{MADE_AT:%Y%m%d}", DESCRIPTION
        if query.QueryRetrieveLevel == "SERIES":
            first = _stamp(dcmread(self._list_files()[0], stop_before_pixels=True), study, 1)
            answer.SeriesInstanceUID, answer.Modality = first.SeriesInstanceUID, first.Modality
            answer.BodyPartExamined = "BRAIN"
        return answer


def _stamp(image: Dataset, study: Dataset, number: int) -> Dataset:
    """Give a slice the identity and the number that it has in the earlier exam."""
    image.InstanceNumber = number
    stamp(image, study, Acquisition(MADE_AT, "IRM ANCIENNE"))
    return image


def _describe(person: dict[str, str]) -> Dataset:
    """Return a study as the worklist item that it was made from."""
    study, step = Dataset(), Dataset()
    study.PatientID, study.PatientName = person["patient_id"], person["name"]
    study.PatientBirthDate, study.PatientSex = person["birth_date"], person["sex"]
    study.StudyInstanceUID = stable_uid("archive", person["patient_id"])
    study.AccessionNumber = "ARC25-0918"
    study.RequestedProcedureDescription = DESCRIPTION
    step.ScheduledProcedureStepID, step.ScheduledProcedureStepDescription = "1", DESCRIPTION
    study.ScheduledProcedureStepSequence = DicomSequence([step])
    return study


def _asks_for(query: Dataset, study: Dataset) -> bool:
    keys = ("PatientID", "StudyInstanceUID")
    return any(query.get(key) for key in keys) and all(
        query.get(key) in (None, "", study[key].value) for key in keys
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the archive until it is stopped."""
    parser = argparse.ArgumentParser(prog="python -m diaphane_demo.archive", description="Play an archive.")
    parser.add_argument("--ae-title", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--people", type=Path, required=True, help="the patients that it knows, in JSON")
    parser.add_argument("--images", type=Path, required=True, help="folder of one series")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("pynetdicom").setLevel(logging.CRITICAL)
    people = tuple(json.loads(options.people.read_text(encoding="utf-8")))
    Archive(people, options.images).serve(options.ae_title, options.port)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    stop.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
