"""Modality Performed Procedure Step, SCP (PS3.4 annex F): acknowledge what is said once it is durable."""

import sqlite3
from typing import cast

from pydicom.dataset import Dataset
from pynetdicom.dimse_primitives import N_CREATE, N_SET
from pynetdicom.events import Event

from diaphane_dicom.part10 import READ_ERRORS, from_dicom_json, to_dicom_json

from .logs import log
from .step_rules import (
    DUPLICATE_INSTANCE,
    NO_SUCH_INSTANCE,
    PROCESSING_FAILURE,
    SOME_NOT_TAKEN,
    StepRefusedError,
    check_creation,
    is_final,
    merge_changes,
)
from .steps import DuplicateStepError, Model, Steps

SUCCESS = 0x0000
CREATE, SET = "N-CREATE", "N-SET"
Answer = tuple[int | Dataset, Dataset | None]


def answer_create(event: Event, steps: Steps) -> Answer:
    """Take the beginning of a step, and return the status to answer."""
    uid = str(cast(N_CREATE, event.request).AffectedSOPInstanceUID or "")
    try:
        attributes = _read(event.attribute_list)
        check_creation(uid, from_dicom_json(attributes))
        steps.create(uid, attributes)
    except DuplicateStepError:
        return _refuse(event, CREATE, uid, StepRefusedError(DUPLICATE_INSTANCE, "this step exists already"))
    except StepRefusedError as error:
        return _refuse(event, CREATE, uid, error)
    except (*READ_ERRORS, sqlite3.Error) as error:
        return _refuse(event, CREATE, uid, StepRefusedError(PROCESSING_FAILURE, type(error).__name__))
    log.info("step_created", sop_instance_uid=uid)
    return SUCCESS, None


def answer_set(event: Event, steps: Steps) -> Answer:
    """Take what a step has become, and return the status to answer."""
    uid = str(cast(N_SET, event.request).RequestedSOPInstanceUID or "")
    try:
        not_taken = _change(uid, _read(event.modification_list), steps)
    except StepRefusedError as error:
        return _refuse(event, SET, uid, error)
    except (*READ_ERRORS, sqlite3.Error) as error:
        return _refuse(event, SET, uid, StepRefusedError(PROCESSING_FAILURE, type(error).__name__))
    log.info("step_changed", sop_instance_uid=uid, not_taken=not_taken)
    return (_warning(not_taken) if not_taken else SUCCESS), None


def _change(uid: str, changes: Model, steps: Steps) -> list[str]:
    """Write the changes of a step; return the tags that were not taken."""
    step = steps.get(uid)
    if step is None:
        raise StepRefusedError(NO_SUCH_INSTANCE, "no such step was created here")
    merged, not_taken = merge_changes(step, changes)
    if not steps.update(step, merged, is_final=is_final(merged)):
        raise StepRefusedError(PROCESSING_FAILURE, "the step changed meanwhile: say it again")
    return not_taken


def _read(attributes: Dataset) -> Model:
    """Read a data set as it came, in the DICOM JSON model; what cannot be decoded raises here."""
    attributes.decode()
    return to_dicom_json(attributes)


def _refuse(event: Event, request: str, uid: str, error: StepRefusedError) -> Answer:
    log.warning(
        "step_refused",
        request=request,
        sop_instance_uid=uid,
        calling_ae_title=str(event.assoc.requestor.ae_title).strip(),
        status=f"{error.status:04X}",
        reason=error.comment,
    )
    status = Dataset()
    status.Status = error.status
    status.ErrorComment = error.comment
    if error.error_id:
        status.ErrorID = error.error_id
    return status, None


def _warning(tags: list[str]) -> Dataset:
    """Name the attributes that were given another value and stay as they were (PS3.7 §C.4.2)."""
    status = Dataset()
    status.Status = SOME_NOT_TAKEN
    status.AttributeIdentifierList = [int(tag, 16) for tag in tags]
    return status
