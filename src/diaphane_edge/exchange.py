"""Keep the worklist fresh and the platform told, as long as the link allows."""

import time

from .backoff import Backoff
from .journal import Journal
from .lanes import list_study_lanes
from .logs import log
from .platform import Platform, PlatformError
from .status import Status
from .worklist import Worklist, WorklistError

LONGEST_SILENCE_SECONDS = 15.0


class WorklistRefresher:
    """Fetch the worklist when it has changed (ETag), every so many seconds; it says what is urgent."""

    def __init__(
        self, *, platform: Platform, worklist: Worklist, journal: Journal, every_seconds: float
    ) -> None:
        self._platform = platform
        self._worklist = worklist
        self._journal = journal
        self._backoff = Backoff()
        self.every_seconds = every_seconds
        self._note_lanes()

    def refresh(self) -> None:
        """Take the platform's worklist, or keep the copy at hand when it cannot be had."""
        if self._backoff.seconds_left:
            return
        started_at = time.monotonic()
        copy = self._worklist.copy
        try:
            fetched = self._platform.fetch_worklist(copy.etag if copy else "")
            self._backoff.succeed()
            if fetched is not None:
                count = self._worklist.replace(*fetched)
                self._note_lanes()
                log.info("worklist_refreshed", items=count)
        except PlatformError:
            self._backoff.fail(started_at=started_at)
        except WorklistError as error:
            log.warning("worklist_refused", reason=str(error))

    def _note_lanes(self) -> None:
        copy = self._worklist.copy
        if copy is not None:
            self._journal.set_lanes(list_study_lanes(copy.items))


class StatusReporter:
    """Tell the platform how the gateway is: at each change, and from time to time."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._backoff = Backoff()
        self._told: Status | None = None
        self._told_at = 0.0

    def report(self, status: Status) -> None:
        """Post a state when it is news, or when the silence has lasted."""
        started_at = time.monotonic()
        is_due = started_at - self._told_at >= LONGEST_SILENCE_SECONDS
        if self._backoff.seconds_left or not (is_due or status.is_news_since(self._told)):
            return
        try:
            self._platform.post_status(status.as_json())
        except PlatformError:
            self._backoff.fail(started_at=started_at)
            return
        self._backoff.succeed()
        self._told, self._told_at = status, time.monotonic()
