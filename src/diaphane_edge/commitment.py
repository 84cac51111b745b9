"""Storage Commitment Push Model, SCP (PS3.4 annex J): take a request, write the report that answers it."""

import sqlite3
import threading
import time
from collections.abc import Mapping
from typing import cast

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pynetdicom.association import Association
from pynetdicom.dimse_primitives import N_ACTION
from pynetdicom.events import Event

from diaphane_dicom.identifiers import is_valid_uid
from diaphane_dicom.part10 import READ_ERRORS

from .commitments import Commitment, Commitments, Named
from .logs import log

STORAGE_COMMITMENT = "1.2.840.10008.1.20.1"
WELL_KNOWN_INSTANCE = "1.2.840.10008.1.20.1.1"
REQUEST_COMMITMENT = 1
ALL_COMMITTED, SOME_FAILED = 1, 2
"""The event types of §J.3.3."""

SUCCESS = 0x0000
PROCESSING_FAILURE = 0x0110
NO_SUCH_INSTANCE = 0x0112
INVALID_ARGUMENT = 0x0115
CLASS_INSTANCE_CONFLICT = 0x0119
NO_SUCH_ACTION = 0x0123
"""Statuses of PS3.7 annex C; the first two and the conflict are failure reasons too (PS3.3 §C.14.1.1)."""

SAME_ASSOCIATION_SECONDS = 0.5
"""How long a modality has to end the association before the report comes on it."""


class OpenAssociations:
    """The associations on which requests came, so that reports may go back on them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[tuple[str, str], Association] = {}

    def hold(self, transaction_uid: str, ae_title: str, association: Association) -> None:
        """Remember where a request came from."""
        with self._lock:
            self._held[transaction_uid, ae_title] = association

    def take(self, commitment: Commitment) -> Association | None:
        """Return the association of a request once, if it is still open."""
        with self._lock:
            held = self._held.pop((commitment.transaction_uid, commitment.ae_title), None)
        return held if held is not None and held.is_established else None


def answer_action(
    event: Event, commitments: Commitments, associations: OpenAssociations
) -> tuple[int, Dataset | None]:
    """Take a request for commitment, and return the status to answer; the report follows."""
    ae_title = str(event.assoc.requestor.ae_title).strip()
    try:
        status, transaction_uid, objects = _read(event)
        if status == SUCCESS:
            associations.hold(transaction_uid, ae_title, event.assoc)
            due_at = time.time() + SAME_ASSOCIATION_SECONDS
            commitments.add(transaction_uid, ae_title, objects, due_at=due_at)
            log.info("commitment_asked", transaction_uid=transaction_uid, objects=len(objects))
            return SUCCESS, None
    except (*READ_ERRORS, sqlite3.Error):
        status = PROCESSING_FAILURE
    log.warning("commitment_refused", calling_ae_title=ae_title, status=f"{status:04X}")
    return status, None


def _read(event: Event) -> tuple[int, str, tuple[Named, ...]]:
    """Read a request; return the status that it deserves, its transaction and the objects it names."""
    request = cast(N_ACTION, event.request)
    if request.RequestedSOPInstanceUID != WELL_KNOWN_INSTANCE:
        return NO_SUCH_INSTANCE, "", ()
    if event.action_type != REQUEST_COMMITMENT:
        return NO_SUCH_ACTION, "", ()
    asked = event.action_information
    transaction_uid = str(asked.get("TransactionUID") or "")
    objects = tuple(
        Named(str(each.get("ReferencedSOPClassUID") or ""), str(each.get("ReferencedSOPInstanceUID") or ""))
        for each in asked.get("ReferencedSOPSequence") or []
    )
    uids = [
        transaction_uid,
        *(uid for each in objects for uid in (each.sop_class_uid, each.sop_instance_uid)),
    ]
    if not objects or not all(map(is_valid_uid, uids)):
        return INVALID_ARGUMENT, "", ()
    return SUCCESS, transaction_uid, objects


def write_report(commitment: Commitment, failures: Mapping[Named, int]) -> tuple[int, Dataset]:
    """Write the report of a request: its event type and its information (tables J.3-2 and J.3-3)."""
    report = Dataset()
    report.TransactionUID = commitment.transaction_uid
    committed = [_reference(each) for each in commitment.objects if each not in failures]
    if committed:
        report.ReferencedSOPSequence = Sequence(committed)
    if failures:
        report.FailedSOPSequence = Sequence([_reference(each, reason) for each, reason in failures.items()])
    return (SOME_FAILED if failures else ALL_COMMITTED), report


def _reference(named: Named, reason: int | None = None) -> Dataset:
    reference = Dataset()
    reference.ReferencedSOPClassUID = named.sop_class_uid
    reference.ReferencedSOPInstanceUID = named.sop_instance_uid
    if reason is not None:
        reference.FailureReason = reason
    return reference
