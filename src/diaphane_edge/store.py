"""Storage service class, SCP (PS3.4 annex B): acknowledge an object once it is durable."""

from typing import cast

from pydicom.uid import UID
from pynetdicom.dimse_primitives import C_STORE
from pynetdicom.dsutils import encode_file_meta
from pynetdicom.events import Event

from diaphane_dicom.identifiers import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME
from diaphane_dicom.part10 import NotPart10Error, Part10, read_part10

from .logs import log
from .spool import Spool

PREAMBLE = b"\0" * 128 + b"DICM"
SUCCESS = 0x0000
OUT_OF_RESOURCES = 0xA700
DATA_SET_DOES_NOT_MATCH = 0xA900
CANNOT_UNDERSTAND = 0xC000
"""Statuses of PS3.4 §B.2.3."""


def answer_store(event: Event, spool: Spool) -> int:
    """Keep the object of a C-STORE request and return the status to answer."""
    try:
        content = part_10_of(event)
        part10 = read_part10(content)
    except NotPart10Error as error:
        return _refuse(event, CANNOT_UNDERSTAND, str(error))
    if not _is_as_announced(event, part10):
        return _refuse(event, DATA_SET_DOES_NOT_MATCH, "the data set is not the announced object")
    try:
        reception = spool.receive(content, part10)
    except OSError as error:
        return _refuse(event, OUT_OF_RESOURCES, f"the disk refuses: {error.strerror}")
    log.info(
        "object_received", sop_instance_uid=part10.sop_instance_uid, size=part10.size, was=reception.value
    )
    return SUCCESS


def part_10_of(event: Event) -> bytes:
    """Put the data set, byte for byte as it came, behind a file meta header (PS3.10 §7.1)."""
    meta = event.file_meta
    meta.ImplementationClassUID = UID(IMPLEMENTATION_CLASS_UID)
    meta.ImplementationVersionName = IMPLEMENTATION_VERSION_NAME
    meta.SourceApplicationEntityTitle = str(event.assoc.requestor.ae_title).strip()
    return b"".join((PREAMBLE, encode_file_meta(meta), event.encoded_dataset(include_meta=False)))


def _is_as_announced(event: Event, part10: Part10) -> bool:
    """Compare the data set's identifiers with those of the request."""
    request = cast(C_STORE, event.request)
    announced = (request.AffectedSOPClassUID, request.AffectedSOPInstanceUID)
    return announced == (part10.sop_class_uid, part10.sop_instance_uid)


def _refuse(event: Event, status: int, reason: str) -> int:
    log.warning(
        "object_refused",
        sop_instance_uid=str(cast(C_STORE, event.request).AffectedSOPInstanceUID),
        calling_ae_title=str(event.assoc.requestor.ae_title).strip(),
        status=f"{status:04X}",
        reason=reason,
    )
    return status
