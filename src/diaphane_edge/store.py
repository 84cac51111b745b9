"""Storage service class, SCP (PS3.4 annex B): acknowledge an object once it is durable."""

from dataclasses import dataclass
from typing import cast

from pynetdicom.dimse_primitives import C_STORE
from pynetdicom.events import Event

from diaphane_dicom.data_set import DamagedDataSetError, Identity, TruncatedDataSetError, identify
from diaphane_dicom.file_meta import encode_file_meta
from diaphane_dicom.part10 import NotPart10Error, read_part10

from .command import StoreRequest
from .digests import begin_digest
from .logs import log
from .slots import Slot
from .spool import Arrival, Spool

SUCCESS = 0x0000
PROCESSING_FAILURE = 0x0110
SOP_CLASS_NOT_SUPPORTED = 0x0122
OUT_OF_RESOURCES = 0xA700
DATA_SET_DOES_NOT_MATCH = 0xA900
CANNOT_UNDERSTAND = 0xC000
"""Statuses of PS3.4 §B.2.3 and PS3.7 annex C."""


@dataclass(frozen=True)
class Outcome:
    """The status to answer, and why, in a few words without anything of the patient."""

    status: int
    comment: str = ""


class RefusedError(Exception):
    """Say that an object is not taken, with what to answer."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.outcome = Outcome(status, reason)


class IncomingObject:
    """An object under way: written and digested as its data set comes, byte for byte.

    With a `refusal` its data set is let through and forgotten.
    """

    def __init__(
        self,
        request: StoreRequest,
        spool: Spool,
        *,
        transfer_syntax_uid: str,
        calling_ae_title: str,
        refusal: RefusedError | None = None,
    ) -> None:
        self._request = request
        self._spool = spool
        self._transfer_syntax_uid = transfer_syntax_uid
        self._calling_ae_title = calling_ae_title
        self._refusal = refusal
        self._digest = begin_digest(transfer_syntax_uid)
        self._slot: Slot | None = None
        self._unwritten: list[bytes | memoryview] = []
        if refusal is None:
            self._begin()

    def write(self, value: bytes | memoryview) -> None:
        """Add a piece of the data set, which is written with the next ones by `flush`."""
        if self._slot:
            self._digest.update(value)
            self._unwritten.append(value)

    def flush(self) -> None:
        """Write what was added: once for all, and before the memory that holds it is used again."""
        pieces, self._unwritten = self._unwritten, []
        if self._slot and pieces:
            try:
                self._slot.write(*pieces)
            except OSError as error:
                self._refuse_for_want_of_disk(error)

    def finish(self) -> Outcome:
        """Keep the object and return what to answer."""
        try:
            self._keep()
        except RefusedError as refusal:
            self.abandon()
            log.warning(
                "object_refused",
                sop_instance_uid=self._request.sop_instance_uid,
                calling_ae_title=self._calling_ae_title,
                status=f"{refusal.outcome.status:04X}",
                reason=refusal.outcome.comment,
            )
            return refusal.outcome
        except BaseException:
            self.abandon()
            raise
        return Outcome(SUCCESS)

    def abandon(self) -> None:
        """Forget what came: nobody was told that it is kept."""
        if self._slot:
            self._spool.slots.drop(self._slot)
            self._slot = None

    def _begin(self) -> None:
        meta = encode_file_meta(
            sop_class_uid=self._request.sop_class_uid,
            sop_instance_uid=self._request.sop_instance_uid,
            transfer_syntax_uid=self._transfer_syntax_uid,
            source_ae_title=self._calling_ae_title,
        )
        try:
            self._slot = self._spool.slots.take()
            self._unwritten.append(meta)
            self._data_set_at = len(meta)
        except OSError as error:
            self._refuse_for_want_of_disk(error)

    def _refuse_for_want_of_disk(self, error: OSError) -> None:
        self.abandon()
        self._refusal = RefusedError(OUT_OF_RESOURCES, f"the disk refuses: {error.strerror}")

    def _keep(self) -> None:
        """Check the object and hand its slot to the spool, which is durable when this returns."""
        self.flush()
        if self._slot is None:
            raise self._refusal or RefusedError(CANNOT_UNDERSTAND, "there is no data set")
        identity = _identify(self._slot, self._data_set_at, self._transfer_syntax_uid)
        announced = (self._request.sop_class_uid, self._request.sop_instance_uid)
        if announced != (identity.sop_class_uid, identity.sop_instance_uid):
            raise RefusedError(DATA_SET_DOES_NOT_MATCH, "the data set is not the announced object")
        digest = self._digest.hexdigest()
        try:
            self._slot.mark(digest)  # once nothing can refuse it any more: what is refused must not come back
            slot, self._slot = self._slot, None
            self._spool.keep(Arrival(slot, digest, identity))
        except OSError as error:
            raise RefusedError(OUT_OF_RESOURCES, f"the disk refuses: {error.strerror}") from error


def answer_store(event: Event, spool: Spool) -> int:
    """Keep an object that pynetdicom received itself: what an archive sends on a C-GET (PS3.4 §C.4.3.3)."""
    request = cast(C_STORE, event.request)
    incoming = IncomingObject(
        StoreRequest(
            message_id=cast(int, request.MessageID),
            sop_class_uid=str(request.AffectedSOPClassUID),
            sop_instance_uid=str(request.AffectedSOPInstanceUID),
            has_data_set=True,
        ),
        spool,
        transfer_syntax_uid=str(event.context.transfer_syntax),
        calling_ae_title=str(event.assoc.acceptor.ae_title).strip(),
    )
    incoming.write(event.encoded_dataset(include_meta=False))
    return incoming.finish().status


def _identify(slot: Slot, start: int, transfer_syntax_uid: str) -> Identity:
    """Read the identifiers of what was written. Raises RefusedError.

    What the quick reading does not follow is read again with more patience: a data set may be written
    otherwise than its transfer syntax says.
    """
    with slot.map() as content:
        content.seek(start)
        try:
            return identify(content, transfer_syntax_uid)
        except TruncatedDataSetError as error:
            raise RefusedError(CANNOT_UNDERSTAND, str(error)) from error
        except DamagedDataSetError:
            return _identify_patiently(content[:])


def _identify_patiently(content: bytes) -> Identity:
    try:
        return Identity.of(read_part10(content))
    except NotPart10Error as error:
        raise RefusedError(CANNOT_UNDERSTAND, str(error)) from error
