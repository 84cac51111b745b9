"""Send objects to the platform by STOW-RS, the most urgent first, until each is acknowledged or refused."""

import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

from .backoff import Backoff
from .digests import DamagedFileError
from .flow import PIECE_BYTES, Flow
from .journal import Entry
from .lanes import Lane
from .logs import log
from .metrics import REQUESTS, SETTLED
from .platform import ContentRefusedError, Platform, PlatformError
from .postponed import Postponed
from .reasons import Reason, refused
from .spool import Spool
from .states import State
from .stow import StowAnswer, StowBody, StowPart

REQUESTS_A_LANE = 3
"""Enough to keep the link full while one request waits for its answer."""
BATCH_SECONDS = 0.4
LEAST_BATCH_BYTES, MOST_BATCH_BYTES = 256 << 10, 8 << 20
BATCH_OBJECTS = 64
IDLE_SECONDS = 1.0


class Uplink:
    """What leaves: a few requests at once in each lane, each as long as the link's speed makes reasonable.

    A lane counts only what is at least as urgent as itself: a stroke never waits for a place, and ``Flow``
    holds the other requests while its own leave.
    """

    def __init__(self, *, spool: Spool, platform: Platform, flow: Flow, stop: threading.Event) -> None:
        self._spool, self._platform, self._flow, self._stop = spool, platform, flow, stop
        self._requests: list[Lane] = []
        self._backoff = Backoff()
        self._postponed = Postponed()
        self._speed = 0.0
        self._threads = ThreadPoolExecutor(REQUESTS_A_LANE * len(Lane), thread_name_prefix="send")

    def send_next(self) -> None:
        """Begin one request, or wait until one may begin."""
        seen = self._spool.changes(State.COMPRESSED)
        self._spool.release(self._postponed.take_due())
        batch = self._take_batch()
        if batch:
            self._requests.append(batch[0].lane)
            self._threads.submit(self._run, batch)
        elif self._backoff.seconds_left:
            self._stop.wait(min(IDLE_SECONDS, self._backoff.seconds_left))
        else:
            self._spool.wait_for_change(State.COMPRESSED, seen, IDLE_SECONDS)

    def _take_batch(self) -> list[Entry]:
        """Take what the next request sends: nothing while the platform is left alone or no place is free."""
        requests = sorted(self._requests, reverse=True)
        if self._backoff.seconds_left or (self._backoff.is_failing and requests):
            return []
        above = requests[REQUESTS_A_LANE - 1] if len(requests) >= REQUESTS_A_LANE else None
        taken = self._spool.take(State.COMPRESSED, limit=BATCH_OBJECTS, above=above)
        batch = self._fitting(taken)
        self._spool.release(entry for entry in taken if entry not in batch)
        return batch

    def _fitting(self, taken: list[Entry]) -> list[Entry]:
        """Keep the first objects that make a batch of a reasonable size, one at least."""
        self._speed = self._flow.measure_speed() or self._speed
        limit = max(LEAST_BATCH_BYTES, min(MOST_BATCH_BYTES, self._speed * BATCH_SECONDS))
        batch: list[Entry] = []
        total = 0
        for entry in taken:
            try:
                total += self._spool.path(entry).stat().st_size
            except FileNotFoundError:
                self._spool.set_aside(entry, Reason.FILE_MISSING)
                continue
            if batch and total > limit:
                break
            batch.append(entry)
        return batch

    def _run(self, batch: list[Entry]) -> None:
        started_at = time.monotonic()
        try:
            self._send(batch)
            self._backoff.succeed()
        except PlatformError:
            REQUESTS.labels("failed").inc()
            self._backoff.fail(started_at=started_at)
        except Exception:  # the boundary of a thread: logged with its traceback, and tried again
            self._backoff.fail(started_at=started_at)
            log.exception("step_failed", step="send")
        finally:
            self._requests.remove(batch[0].lane)
            self._spool.release(self._postponed.leave_out(batch))

    def _send(self, batch: list[Entry]) -> None:
        """Send a batch; when the platform refuses it as a whole, send each object alone to find which."""
        ready = [(entry, part) for entry in batch if (part := self._examine(entry))]
        if not ready:
            return
        sent = self._spool.move_all([entry for entry, _ in ready], State.SENT)
        body = StowBody([part for _, part in ready])
        try:
            with closing(self._flow.pace(body.read(PIECE_BYTES), batch[0].lane)) as pieces:
                answer = self._platform.store(body, pieces)
        except ContentRefusedError as refusal:
            REQUESTS.labels("refused").inc()
            if len(sent) == 1:
                self._spool.set_aside(sent[0], refused(f"HTTP {refusal.status}"))
                return
            for entry in self._spool.move_all(sent, State.COMPRESSED):
                self._send([entry])
        except BaseException:
            self._spool.move_all(sent, State.COMPRESSED)
            raise
        else:
            self._settle(sent, answer)

    def _examine(self, entry: Entry) -> StowPart | None:
        """Return an object as it is to be sent, or set it aside when the disk has not kept it."""
        try:
            return self._spool.get_ready(entry)
        except FileNotFoundError:
            self._spool.set_aside(entry, Reason.FILE_MISSING)
        except DamagedFileError:
            self._spool.set_aside(entry, Reason.FILE_DAMAGED)
        return None

    def _settle(self, sent: Iterable[Entry], answer: StowAnswer) -> None:
        """Give each object the state that the answer says; what cannot be taken now waits by itself."""
        acknowledged = [entry for entry in sent if entry.sop_instance_uid in answer.acknowledged]
        refusals = [entry for entry in sent if answer.is_refused_for_good(entry.sop_instance_uid)]
        again = [entry for entry in sent if entry not in acknowledged and entry not in refusals]
        self._spool.move_all(acknowledged, State.ACKNOWLEDGED)
        for entry in refusals:
            self._spool.set_aside(entry, refused(answer.refused[entry.sop_instance_uid]))
        REQUESTS.labels("answered").inc()
        for outcome, entries in (("acknowledged", acknowledged), ("refused", refusals), ("postponed", again)):
            SETTLED.labels(outcome).inc(len(entries))
        self._postponed.forget(acknowledged + refusals)
        self._postponed.add(self._spool.move_all(again, State.COMPRESSED))
        log.info("batch_sent", acknowledged=len(acknowledged), refused=len(refusals), again=len(again))
