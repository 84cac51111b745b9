"""Play a scanner: when a step of the worklist starts, acquire its images and send them over DICOM.

    python -m diaphane_demo.modality --ae-title SCANNER1 --modality CT --called-ae LISIERE
        --host 127.0.0.1 --port 11112 --images DIR

It logs identifiers and counts, never a patient.
"""

import argparse
import hashlib
import logging
import signal
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from zoneinfo import ZoneInfo

from pydicom.dataset import Dataset

from diaphane_demo.memory import Memory
from diaphane_demo.performing import PerformedStep
from diaphane_demo.sending import ImageFile, Outcome, StorageUnavailableError, list_image_files, send_images
from diaphane_demo.stamping import Acquisition, name_step, stamp
from diaphane_demo.worklist import Station, WorklistUnavailableError, list_started_steps

log = logging.getLogger("diaphane_demo.modality")


@dataclass
class Scanner:
    """Hold a simulated scanner: its station, the images that it pretends to acquire, its memory."""

    station: Station
    images: Path
    memory: Memory
    zone: ZoneInfo
    stops: SimpleQueue[int] = field(default_factory=SimpleQueue)
    """What asked to stop, looked at between two images: an association cut at its start holds the process."""
    was_reachable: bool = True
    was_empty: bool = False

    def poll(self) -> bool:
        """Send every started step that is not sent yet; return whether nothing is left to send."""
        try:
            items = list_started_steps(self.station)
        except WorklistUnavailableError as error:
            self._note_reachable(False, str(error))
            return False
        self._note_reachable(True)
        waiting = [item for item in items if not self.memory.is_sent(name_step(item))]
        completed = [self._send_step(item) for item in waiting]
        return all(completed)

    def _send_step(self, item: Dataset) -> bool:
        """Perform one step, or what is left of it: begin, send, complete; return whether it is over."""
        step = name_step(item)
        files = list_image_files(self.images)
        if not files:
            if not self.was_empty:
                log.warning("no_images step=%s", step)
            self.was_empty = True
            return False
        acquisition = Acquisition(self.memory.begin(step, datetime.now(self.zone)), self.station.ae_title)
        performed = PerformedStep(self.station, item, acquisition)
        if not performed.begin() or not self._send_images(item, files, acquisition):
            return False
        is_over = performed.complete(files, datetime.now(self.zone))
        if is_over:
            self.memory.settle(step, (), sent=True)
        return is_over

    def _send_images(self, item: Dataset, files: list[ImageFile], acquisition: Acquisition) -> bool:
        """Send what is not settled of one step's images; return whether all of them are."""
        step = name_step(item)
        settled = self.memory.get_settled(step)
        left = [file for file in files if self._name(file) not in settled]
        if not left:
            return True
        prepare = partial(stamp, item=item, acquisition=acquisition)
        outcomes: dict[str, Outcome] = {}
        log.info("exam_sending step=%s images=%d", step, len(left))
        try:
            for file, outcome in send_images(self.station, left, prepare):
                outcomes[self._name(file)] = outcome
                if not self.stops.empty():
                    break
        except StorageUnavailableError as error:
            log.warning("exam_interrupted step=%s reason=%s", step, error)
        finally:
            done = [name for name, outcome in outcomes.items() if outcome is not Outcome.LATER]
            self.memory.settle(step, done, sent=False)
        counts = Counter(outcome.value for outcome in outcomes.values())
        complete = len(done) == len(left)
        log.info("exam_sent step=%s complete=%s counts=%s", step, complete, dict(counts))
        return complete

    def _name(self, file: ImageFile) -> str:
        """Return a short name of a file that says nothing of what its path may say."""
        return hash_name(file.path.relative_to(self.images))

    def _note_reachable(self, reachable: bool, reason: str = "") -> None:
        """Log a change only: a gateway that is down for an hour is one line."""
        if reachable != self.was_reachable:
            log.log(
                logging.INFO if reachable else logging.WARNING,
                "gateway_back" if reachable else f"gateway_unreachable reason={reason}",
            )
        self.was_reachable = reachable


def hash_name(path: Path) -> str:
    """Return a digest of a path, so that the memory file holds no name that a user gave."""
    return hashlib.sha256(path.as_posix().encode()).hexdigest()[:16]


def choose_folder(images: Path, modality: str) -> Path:
    """Return the folder of a modality's images: the one of its name where there is one."""
    own = images / modality
    return own if own.is_dir() else images


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m diaphane_demo.modality", description="Play a scanner.")
    parser.add_argument("--ae-title", required=True, help="AE title of the scanner")
    parser.add_argument("--modality", required=True, help="modality of the steps it performs, such as CT")
    parser.add_argument("--called-ae", required=True, help="AE title of the gateway")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--images", type=Path, help="folder made by diaphane_demo.images")
    source.add_argument("--dicom", type=Path, help="send the DICOM files of this folder instead")
    parser.add_argument("--state", type=Path, help="folder that remembers what was sent")
    parser.add_argument("--poll", type=float, default=2.0, help="seconds between two looks at the worklist")
    parser.add_argument("--time-zone", default="Europe/Paris", help="time zone of the scanner's clock")
    parser.add_argument("--once", action="store_true", help="look once; status 1 if something is left")
    options = parser.parse_args(arguments)
    if options.dicom and not options.state:
        parser.error("--dicom needs --state: nothing is written into that folder")
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the scanner until it is stopped, and return an exit status."""
    options = _parse(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("pynetdicom").setLevel(logging.CRITICAL)
    logging.getLogger("pydicom").setLevel(logging.ERROR)
    images = options.dicom or choose_folder(options.images, options.modality)
    state = options.state or options.images / ".state"
    scanner = Scanner(
        station=Station(options.ae_title, options.modality, options.called_ae, options.host, options.port),
        images=images,
        memory=Memory(state / f"{options.ae_title}.json"),
        zone=ZoneInfo(options.time_zone),
    )
    if options.once:
        return 0 if scanner.poll() else 1
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _frame: scanner.stops.put(number))
    while True:
        scanner.poll()
        with suppress(Empty):
            scanner.stops.get(timeout=options.poll)
            return 0


if __name__ == "__main__":
    sys.exit(main())
