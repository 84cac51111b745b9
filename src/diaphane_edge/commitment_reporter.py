"""Answer requests for commitment, on the association that asked or on a new one (PS3.4 §J.3.3)."""

import time
from collections.abc import Mapping, Sequence

from pydicom.dataset import Dataset
from pynetdicom import build_context, build_role
from pynetdicom.association import Association

from .backoff import pause_after
from .commitment import (
    PROCESSING_FAILURE,
    STORAGE_COMMITMENT,
    SUCCESS,
    WELL_KNOWN_INSTANCE,
    OpenAssociations,
    write_report,
)
from .commitments import Commitment, Commitments, Named
from .holdings import Holdings, NotYetKnownError
from .logs import log
from .outgoing import Caller, Remote, RemoteUnavailableError
from .platform import PlatformError

IDLE_SECONDS = 0.25
LONGEST_WAIT_SECONDS = 24 * 3600.0
"""How long an answer is tried; a modality that heard nothing asks again."""


class CommitmentReporter:
    """Report on each request once it can be judged and its modality listens."""

    def __init__(
        self,
        *,
        commitments: Commitments,
        associations: OpenAssociations,
        holdings: Holdings,
        caller: Caller,
        remotes: Mapping[str, Remote],
    ) -> None:
        self._commitments = commitments
        self._associations = associations
        self._holdings = holdings
        self._caller = caller
        self._remotes = remotes

    def answer_next(self) -> None:
        """Answer what is due, or wait for something."""
        due = self._commitments.list_due()
        if not due:
            self._commitments.wait_for_change(IDLE_SECONDS)
        for commitment in due:
            self._answer(commitment)

    def _answer(self, commitment: Commitment) -> None:
        is_last = time.time() - commitment.asked_at > LONGEST_WAIT_SECONDS
        try:
            failures = self._judge(commitment.objects, is_last=is_last)
            self._deliver(commitment, *write_report(commitment, failures))
        except (PlatformError, RemoteUnavailableError, NotYetKnownError) as error:
            self._give_up_or_wait(commitment, str(error), is_last=is_last)
            return
        self._commitments.forget(commitment)
        log.info(
            "commitment_answered",
            transaction_uid=commitment.transaction_uid,
            committed=len(commitment.objects) - len(failures),
            failed=len(failures),
        )

    def _judge(self, objects: Sequence[Named], *, is_last: bool) -> dict[Named, int]:
        """Judge each object; when that could not be done for a day, nothing is promised."""
        try:
            return self._holdings.list_failures(objects)
        except (PlatformError, NotYetKnownError):
            if is_last:
                return dict.fromkeys(objects, PROCESSING_FAILURE)
            raise

    def _deliver(self, commitment: Commitment, event_type: int, report: Dataset) -> None:
        """Report on the association that asked while it is open, else on a new one."""
        association = self._associations.take(commitment)
        if association is not None and _send(association, event_type, report):
            return
        remote = self._remotes.get(commitment.ae_title)
        if remote is None:
            raise RemoteUnavailableError(f"{commitment.ae_title} has no address to be answered at")
        contexts = [build_context(STORAGE_COMMITMENT)]
        roles = [build_role(STORAGE_COMMITMENT, scp_role=True)]
        with self._caller.associate(remote, contexts, roles=roles) as opened:
            if not _send(opened, event_type, report):
                raise RemoteUnavailableError(f"{remote.ae_title} does not take the report")

    def _give_up_or_wait(self, commitment: Commitment, reason: str, *, is_last: bool) -> None:
        if is_last:
            log.warning("commitment_unanswered", transaction_uid=commitment.transaction_uid, reason=reason)
            self._commitments.forget(commitment)
            return
        if not commitment.tried:
            log.warning("commitment_waits", transaction_uid=commitment.transaction_uid, reason=reason)
        self._commitments.postpone(commitment, due_at=time.time() + pause_after(commitment.tried + 1))


def _send(association: Association, event_type: int, report: Dataset) -> bool:
    """Send a report and tell whether it was taken."""
    try:
        status, _reply = association.send_n_event_report(
            report, event_type, STORAGE_COMMITMENT, WELL_KNOWN_INSTANCE
        )
    except (RuntimeError, ValueError):
        return False
    return bool(status.get("Status") == SUCCESS)
