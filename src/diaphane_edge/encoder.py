"""Have received objects encoded losslessly by another process, or leave them as they are, ready to go."""

from .encoding import Compared, Encoded, Task
from .encoding_process import EncoderLostError, EncodingProcess
from .journal import Entry
from .lanes import Lane, StudyLane
from .logs import log
from .reasons import Reason
from .spool import Spool
from .states import State

IDLE_SECONDS = 1.0
ATTEMPTS = 2


class Encoder:
    """What makes objects ready to go. For one thread, which must last as long."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self.process = EncodingProcess()

    def encode_next(self) -> None:
        """Make one received object ready to go, else compare one that came again, or wait for one."""
        self.process.ensure()
        seen = self._spool.changes(State.RECEIVED)
        taken = self._spool.take(State.RECEIVED, limit=1) or self._spool.take(State.DOUBLE, limit=1)
        is_done = False
        try:
            for entry in taken:
                is_done = self._compare(entry) if entry.state is State.DOUBLE else self._make_ready(entry)
        finally:
            self._spool.release(taken)
        if not is_done:
            self._spool.wait_for_change(State.RECEIVED, seen, IDLE_SECONDS)

    def _make_ready(self, entry: Entry) -> bool:
        encoded = self._encode(entry)
        if encoded.unfit_because:
            self._spool.set_aside(entry, encoded.unfit_because)
            return True
        self._find_lane(entry, encoded.accession_number)
        size_before = self._spool.size(entry)
        ready = self._spool.make_ready(entry, encoded.name, accession_number=encoded.accession_number)
        log.info(
            "object_ready",
            sop_instance_uid=entry.sop_instance_uid,
            size_before=size_before,
            size=self._spool.size(ready),
            untouched_because=encoded.untouched_because,
        )
        return True

    def _compare(self, double: Entry) -> bool:
        """Ignore what came again with the same pixels, set aside other content; tell whether it was judged.

        Once the first has left, the platform judges. While its file changes place nobody does.
        """
        first = self._spool.journal.get_leaving(double.sop_instance_uid)
        if first is None:
            return self._spool.accept(double)
        compared = self._ask_compared(first, double)
        if compared.unfit_because:
            reason = compared.unfit_because
            self._spool.set_aside(double, reason, accession_number=compared.accession_number)
        elif compared.is_same:
            self._spool.forget(double)
            log.info("object_same", sop_instance_uid=double.sop_instance_uid)
        return compared.is_same is not None or compared.unfit_because is not None

    def _ask_compared(self, first: Entry, double: Entry) -> Compared:
        """Have two objects compared; what costs the process its life each time is not called the same."""
        tasks = [self._task(first)._asdict(), self._task(double)._asdict()]
        answer = self._ask(double, compare=tasks)
        return Compared(**answer) if answer else Compared(unfit_because=Reason.OTHER_CONTENT)  # type: ignore[arg-type]

    def _find_lane(self, entry: Entry, accession_number: str) -> None:
        """Give a study that nobody announced the lane of its accession number: it came under another UID."""
        if entry.lane is not Lane.UNKNOWN or not accession_number:
            return
        lane = self._spool.journal.find_lane(accession_number=accession_number)
        if lane is not None:
            self._spool.journal.set_lanes([StudyLane(entry.study_instance_uid, accession_number, lane)])

    def _encode(self, entry: Entry) -> Encoded:
        """Have an object encoded. One that costs the process its life each time stays as it is."""
        answer = self._ask(entry, encode=self._task(entry)._asdict())
        return Encoded(**answer) if answer else Encoded(untouched_because="the encoder was lost each time")  # type: ignore[arg-type]

    def _ask(self, entry: Entry, **asked: object) -> dict[str, object] | None:
        for _ in range(ATTEMPTS):
            try:
                return self.process.ask(**asked)
            except EncoderLostError as error:
                log.warning("encoder_lost", sop_instance_uid=entry.sop_instance_uid, how=str(error))
        return None

    def _task(self, entry: Entry) -> Task:
        return Task(path=str(self._spool.path(entry)), size=entry.size, digest=entry.digest)
