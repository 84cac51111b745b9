"""Have received objects encoded losslessly by another process, or leave them as they are, ready to go."""

import json
import os
import subprocess
import sys
from typing import IO, cast

from .encoding import Encoded, Task
from .journal import Entry, State
from .lanes import Lane, StudyLane
from .logs import log
from .spool import Spool

IDLE_SECONDS = 1.0
ATTEMPTS = 2
COMMAND = (sys.executable, "-m", f"{__package__}.encoding", str(os.getpid()))


class EncoderLostError(RuntimeError):
    """Say that the encoding process ended before it answered."""


class Encoder:
    """One encoding process, started anew when it is lost. For one thread, which must last as long."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._process: subprocess.Popen[str] | None = None

    def encode_next(self) -> None:
        """Make one received object ready to go, or wait for one."""
        self._ensure_process()
        seen = self._spool.changes(State.RECEIVED)
        taken = self._spool.take(State.RECEIVED, limit=1)
        if not taken:
            self._spool.wait_for_change(State.RECEIVED, seen, IDLE_SECONDS)
            return
        try:
            self._make_ready(taken[0])
        finally:
            self._spool.release(taken)

    def _make_ready(self, entry: Entry) -> None:
        encoded = self._encode(entry)
        if encoded.unfit_because:
            self._spool.set_aside(entry, encoded.unfit_because)
            return
        self._find_lane(entry, encoded.accession_number)
        size_before = self._spool.size(entry)
        ready = self._spool.make_ready(entry, encoded.name)
        log.info(
            "object_ready",
            sop_instance_uid=entry.sop_instance_uid,
            size_before=size_before,
            size=self._spool.size(ready),
            untouched_because=encoded.untouched_because,
        )

    def _find_lane(self, entry: Entry, accession_number: str) -> None:
        """Give a study that nobody announced the lane of its accession number: it came under another UID."""
        if entry.lane is not Lane.UNKNOWN or not accession_number:
            return
        lane = self._spool.journal.find_lane(accession_number=accession_number)
        if lane is not None:
            self._spool.journal.set_lanes([StudyLane(entry.study_instance_uid, accession_number, lane)])

    def _encode(self, entry: Entry) -> Encoded:
        """Have an object encoded. One that costs the process its life each time stays as it is."""
        task = Task(path=str(self._spool.path(entry)), size=entry.size, digest=entry.digest)
        for _ in range(ATTEMPTS):
            try:
                return self._ask(task)
            except EncoderLostError:
                log.warning("encoder_lost", sop_instance_uid=entry.sop_instance_uid)
        return Encoded(untouched_because="the encoder was lost each time")

    def _ask(self, task: Task) -> Encoded:
        """Have a task done. Raises EncoderLostError."""
        process = self._ensure_process()
        tasks, answers = cast(IO[str], process.stdin), cast(IO[str], process.stdout)
        try:
            tasks.write(json.dumps(task._asdict()) + "\n")
            tasks.flush()
            return Encoded(**json.loads(answers.readline()))
        except (OSError, ValueError) as error:
            process.kill()
            raise EncoderLostError from error

    def _ensure_process(self) -> subprocess.Popen[str]:
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        return self._process
