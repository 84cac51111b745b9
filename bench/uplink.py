"""How soon the platform holds an exam: from the last C-STORE acknowledged to the whole study verified.

The gateway sends through a poor link; storescu plays the scanner; the platform is a real one, on a durable
database. An exam is verified when that database says so of each object, committed and seen from outside.
"""

import argparse
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psycopg

from .calibration import calibrate
from .exams import Exam, make_exam
from .link import Link
from .passage import Shape
from .peers import ENVIRONMENT, SCANNER, find_program, gateway
from .platform import Platform, platform
from .series import list_slices

ALLOWANCE, GRACE_SECONDS = 1.15, 1.0
"""The goal: 1.15 times the compressed size over the bandwidth, and one second."""
URGENT_SLICES = 60
OVERTAKEN_AT = 0.1
LOOK_SECONDS = 0.02
PATIENCE_SECONDS = 900.0
COUNT = """
SELECT count(*), coalesce(sum(instance.size), 0) FROM imaging_instance AS instance
JOIN imaging_series AS series ON series.id = instance.series_id
WHERE series.series_instance_uid = %s AND instance.verified_at IS NOT NULL
"""


@dataclass(frozen=True)
class Passage:
    """One exam that went through: its compressed bytes, the seconds from its last and its first C-STORE."""

    size: int
    seconds: float
    whole_seconds: float


def declare_options(parser: argparse.ArgumentParser) -> None:
    """Let another link and another series be measured."""
    parser.add_argument("--megabits", type=float, default=20.0, help="the link's bandwidth, each way")
    parser.add_argument("--milliseconds", type=float, default=40.0, help="the link's round trip")
    parser.add_argument("--images", type=Path, help="a folder of DICOM files (the demo's head CT)")


def run(options: argparse.Namespace, folder: Path) -> str:
    """Measure and return the table."""
    shape = Shape(options.megabits, options.milliseconds)
    slices = list_slices(options.images)
    with platform(folder) as held:
        bench = Bench(held, shape, folder)
        rounds = [bench.measure(number, slices) for number in range(options.rounds)]
    alone, overtaken, urgent = zip(*rounds, strict=True)
    megabytes = sum(path.stat().st_size for path in slices) / 1e6
    return "\n".join(
        (
            f"uplink of {len(slices)} objects, {megabytes:.0f} MB as received; median of {len(rounds)}",
            f"  {calibrate(shape)}",
            _describe("the exam alone", alone, shape),
            _describe(f"an urgent exam of {URGENT_SLICES} that overtakes it", urgent, shape),
            _describe("the exam that is overtaken", overtaken, shape, is_judged=False),
        )
    )


class Bench:
    """A platform, and a new gateway behind a new link for each exam alone or pair of exams."""

    def __init__(self, held: Platform, shape: Shape, folder: Path) -> None:
        self._platform, self._shape, self._folder = held, shape, folder
        self._step = next(iter(held.list_worklist()))
        self._storescu = find_program("storescu", "dcmtk")

    def measure(self, number: int, slices: list[Path]) -> tuple[Passage, Passage, Passage]:
        """Send an exam alone, then one that an urgent one overtakes."""
        folder = self._folder / f"round-{number}"
        folder.mkdir()
        alone = self._send_alone(folder / "alone", slices)
        return (alone, *self._overtake(folder / "overtaken", slices))

    def _send_alone(self, folder: Path, slices: list[Path]) -> Passage:
        folder.mkdir()
        exam = make_exam(slices, folder / "exam", step=self._step)
        with self._gateway(folder) as port:
            watch = _Watch(self._platform, exam)
            self._store(exam, port)
            return watch.wait(folder)

    def _overtake(self, folder: Path, slices: list[Path]) -> tuple[Passage, Passage]:
        folder.mkdir()
        routine = make_exam(slices, folder / "routine")
        urgent = make_exam(slices[:URGENT_SLICES], folder / "urgent", step=self._step)
        with self._gateway(folder) as port:
            watch = _Watch(self._platform, routine)
            self._store(routine, port)
            watch.wait_for(int(len(slices) * OVERTAKEN_AT))
            watch_urgent = _Watch(self._platform, urgent)
            self._store(urgent, port)
            passage = watch_urgent.wait(folder)
            return watch.wait(folder), passage

    @contextmanager
    def _gateway(self, folder: Path) -> Iterator[int]:
        with (
            Link(to=self._platform.port, shape=self._shape) as link,
            gateway(folder, **self._platform.gateway_settings(link.port), worklist_poll_seconds=1) as held,
        ):
            yield held.port

    def _store(self, exam: Exam, port: int) -> None:
        command = [self._storescu, "-R", "-aet", SCANNER, "-aec", "PEER", "127.0.0.1", str(port)]
        files = map(str, exam.files.values())
        subprocess.run([*command, *files], env=ENVIRONMENT, check=True, capture_output=True)


class _Watch:
    """Look at the platform's database until it holds an exam, in a thread of its own."""

    def __init__(self, held: Platform, exam: Exam) -> None:
        self._held, self._exam = held, exam
        self._verified, self._size, self._done_at = 0, 0, 0.0
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def wait_for(self, count: int) -> None:
        """Wait until so many objects are verified."""
        while self._verified < count and self._thread.is_alive():
            time.sleep(LOOK_SECONDS)

    def wait(self, gateway_folder: Path) -> Passage:
        """Wait until the exam is whole."""
        self._thread.join(PATIENCE_SECONDS)
        if not self._done_at:
            raise TimeoutError(f"{self._verified} of {len(self._exam.files)} objects were verified")
        first, last = _received_at(gateway_folder, self._exam)
        return Passage(self._size, self._done_at - last, self._done_at - first)

    def _look(self) -> None:
        with psycopg.connect(self._held.database_url, autocommit=True) as database:
            while self._verified < len(self._exam.files):
                time.sleep(LOOK_SECONDS)
                row = database.execute(COUNT, [self._exam.series_instance_uid]).fetchone()
                self._verified, self._size = (int(value) for value in row or (0, 0))
            self._done_at = time.time()


def _received_at(gateway_folder: Path, exam: Exam) -> tuple[float, float]:
    """Return when the gateway entered the exam's first and last objects: just before it acknowledged them."""
    marks = ",".join("?" * len(exam.files))
    query = f"SELECT min(received_at), max(received_at) FROM object WHERE sop_instance_uid IN ({marks})"  # noqa: S608
    with closing(sqlite3.connect(gateway_folder / "spool" / "journal.sqlite")) as journal:
        first, last = journal.execute(query, list(exam.files)).fetchone()
    return float(first), float(last)


def _describe(what: str, passages: tuple[Passage, ...], shape: Shape, *, is_judged: bool = True) -> str:
    seconds = [each.seconds for each in passages]
    alone = median(shape.seconds_for(each.size) for each in passages)
    bound = ALLOWANCE * alone + GRACE_SECONDS
    line = (
        f"  {what}: {median(seconds):.2f} s ({min(seconds):.2f}-{max(seconds):.2f}),"
        f" {median(each.whole_seconds for each in passages):.2f} s since the first C-STORE;"
        f" {median(each.size for each in passages) / 1e6:.1f} MB compressed, {alone:.2f} s on the link"
    )
    return line + f"; bound {bound:.2f} s, ratio {median(seconds) / bound:.2f}" if is_judged else line
