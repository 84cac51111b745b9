"""Fetch the earlier studies that the platform asks for: it chooses, the archive sends, new exams go first."""

import time
from collections.abc import Iterable

from .archive import Archive, Fetched
from .backoff import Backoff
from .journal import Journal
from .lanes import Lane, StudyLane
from .logs import log
from .outgoing import RemoteUnavailableError
from .platform import ContentRefusedError, Platform, PlatformError
from .wanted import MalformedSearchError, Wanted, read_wanted

LONGEST_REASON = 300


class PriorFetcher:
    """Answer the platform's searches one by one. What was fetched already is held, and not sent twice."""

    def __init__(self, *, platform: Platform, archive: Archive | None, journal: Journal) -> None:
        self._platform = platform
        self._archive = archive
        self._journal = journal
        self._waits: dict[str, Backoff] = {}

    def answer_all(self) -> None:
        """Answer the searches that are open, but those that failed a moment ago."""
        try:
            searches = [read_wanted(each) for each in self._platform.list_prior_searches()]
        except PlatformError:
            return
        except MalformedSearchError as error:
            log.warning("prior_search_refused", reason=str(error))
            return
        self._waits = {wanted.id: self._waits.get(wanted.id, Backoff()) for wanted in searches}
        for wanted in searches:
            if self._waits[wanted.id].seconds_left <= 0:
                self._answer(wanted, self._waits[wanted.id])

    def _answer(self, wanted: Wanted, wait: Backoff) -> None:
        started_at = time.monotonic()
        try:
            if self._archive is None:
                self._platform.end_prior_search(wanted.id, state="no_archive")
                return
            missing = self._bring(self._archive, wanted)
            self._platform.end_prior_search(wanted.id, state="done", missing=missing)
            wait.succeed()
        except RemoteUnavailableError as error:
            wait.fail(started_at=started_at)
            self._tell_failure(wanted, str(error))
        except (PlatformError, ContentRefusedError):
            wait.fail(started_at=started_at)

    def _bring(self, archive: Archive, wanted: Wanted) -> int:
        """Bring what the platform chooses of a person's studies; return how many objects did not come."""
        candidates = archive.list_candidates(wanted)
        chosen = self._platform.choose_priors(wanted.id, candidates)
        known = {each.study_instance_uid for each in candidates}
        uids = [uid for uid in chosen if uid in known]
        self._send_last(uids)
        fetched = [self._fetch(archive, uid) for uid in uids]
        log.info("priors_fetched", search=wanted.id, found=len(candidates), fetched=len(fetched))
        return sum(each.failed for each in fetched)

    def _send_last(self, study_instance_uids: Iterable[str]) -> None:
        """Let earlier studies leave after everything else."""
        self._journal.set_lanes(StudyLane(uid, "", Lane.PRIOR) for uid in study_instance_uids)

    def _fetch(self, archive: Archive, study_instance_uid: str) -> Fetched:
        fetched = archive.fetch(study_instance_uid)
        log.info(
            "prior_fetched",
            study_instance_uid=study_instance_uid,
            completed=fetched.completed,
            failed=fetched.failed,
        )
        return fetched

    def _tell_failure(self, wanted: Wanted, reason: str) -> None:
        log.warning("prior_search_failed", search=wanted.id, reason=reason)
        try:
            self._platform.end_prior_search(wanted.id, state="failed", reason=reason[:LONGEST_REASON])
        except PlatformError:
            return
