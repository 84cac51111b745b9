"""Send objects to the platform by STOW-RS, until each is acknowledged or refused."""

import random
import threading
from collections.abc import Iterable

from .journal import Entry, State
from .logs import log
from .platform import ContentRefusedError, Platform, PlatformError
from .spool import Spool
from .stow import StowAnswer

BATCH_OBJECTS = 10
BATCH_BYTES = 8 << 20
IDLE_SECONDS = 1.0
FIRST_PAUSE_SECONDS = 0.25
LONGEST_PAUSE_SECONDS = 15.0


class Uplink:
    """One sender. Several may share a spool: each takes its own objects."""

    def __init__(self, *, spool: Spool, platform: Platform, stop: threading.Event) -> None:
        self._spool = spool
        self._platform = platform
        self._stop = stop
        self._failures = 0

    def send_next(self) -> None:
        """Send one batch, or wait for one; after a failure, pause longer each time."""
        taken = self._spool.take(State.COMPRESSED, limit=BATCH_OBJECTS)
        batch = self._fitting(taken)
        self._spool.release(entry for entry in taken if entry not in batch)
        if not batch:
            self._spool.wait_for_change(IDLE_SECONDS)
            return
        try:
            self._send(batch)
            self._failures = 0
        except PlatformError:
            self._failures += 1
        finally:
            self._spool.release(batch)
        if self._failures:
            self._stop.wait(pause_after(self._failures))

    def _fitting(self, taken: list[Entry]) -> list[Entry]:
        """Keep the first objects that make a batch of a reasonable size, one at least."""
        batch: list[Entry] = []
        total = 0
        for entry in taken:
            try:
                total += self._spool.size(entry)
            except FileNotFoundError:
                self._spool.set_aside(entry, "its file is missing")
                continue
            if batch and total > BATCH_BYTES:
                break
            batch.append(entry)
        return batch

    def _send(self, batch: list[Entry]) -> None:
        """Send a batch; when the platform refuses it as a whole, send each object alone to find which."""
        contents = [self._spool.read(entry) for entry in batch]
        sent = self._spool.move_all(batch, State.SENT)
        try:
            answer = self._platform.store(contents)
        except ContentRefusedError as refusal:
            if len(sent) == 1:
                self._spool.set_aside(sent[0], str(refusal))
                return
            for entry in self._spool.move_all(sent, State.COMPRESSED):
                self._send([entry])
        except PlatformError:
            self._spool.move_all(sent, State.COMPRESSED)
            raise
        else:
            self._settle(sent, answer)

    def _settle(self, sent: Iterable[Entry], answer: StowAnswer) -> None:
        """Give each object the state that the platform's answer says.

        Raises PlatformError when some have to be sent again.
        """
        acknowledged = [entry for entry in sent if entry.sop_instance_uid in answer.acknowledged]
        refused = [entry for entry in sent if answer.is_refused_for_good(entry.sop_instance_uid)]
        again = [entry for entry in sent if entry not in acknowledged and entry not in refused]
        self._spool.move_all(acknowledged, State.ACKNOWLEDGED)
        for entry in refused:
            reason = answer.refused[entry.sop_instance_uid]
            self._spool.set_aside(entry, f"refused by the platform: {reason:04X}")
        self._spool.move_all(again, State.COMPRESSED)
        log.info("batch_sent", acknowledged=len(acknowledged), refused=len(refused), again=len(again))
        if again:
            raise PlatformError("some objects were not acknowledged")


def pause_after(failures: int) -> float:
    """Return the seconds to wait after so many failures in a row, doubled each time, spread by a quarter."""
    longest: float = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** min(failures - 1, 16))
    return longest * random.uniform(0.75, 1.0)  # noqa: S311
