"""STOW-RS: store instances (PS3.18 §10.5). What is referenced in the answer is durable and verified."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from diaphane.imaging.keeping import KeptObject, UnreadableObjectError, keep_object
from diaphane.imaging.operations import index_objects
from diaphane.imaging.receipts import Outcome, Receipt
from diaphane.imaging.storage import make_incoming_folder
from diaphane.interop.authentication import refusal
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now

from .answers import address, answer_json
from .digests import is_as_announced
from .model import Model, describe
from .multipart import MalformedBodyError, MultipartReader, Part, PartTooLargeError
from .negotiation import parse_media_type
from .resources import dicomweb

LARGEST_PART = 2 << 30
PROCESSING_FAILURE = 0x0110
DUPLICATE_INSTANCE = 0x0111
NOT_AUTHORISED = 0x0124
CANNOT_UNDERSTAND = 0xC000
_REASONS = {Outcome.CONFLICT: DUPLICATE_INSTANCE, Outcome.REFUSED: NOT_AUTHORISED}
"""Failure Reason (0008,1197), PS3.18 table I.2-2."""


@dataclass(frozen=True)
class Failure:
    """One object that was not stored."""

    sop_class_uid: str
    sop_instance_uid: str
    reason: int


@dicomweb("POST", needs="images.store")
def store(request: HttpRequest, actor: Actor, study_uid: str = "") -> HttpResponse:
    """Store the objects of a body: 200 all, 202 some, 409 none; the answer names each (PS3.18 §10.5.3)."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        return refusal(_("Send the body without compressing it."), 415)
    content_type = parse_media_type(request.headers.get("Content-Type", ""))
    boundary = content_type.parameters.get("boundary", "")
    if not content_type.is_multipart or content_type.inner != "application/dicom" or not boundary:
        return refusal(_("Send multipart/related; type=application/dicom, with its boundary."), 415)
    reader = MultipartReader(
        request, boundary=boundary, folder=make_incoming_folder(), largest_part=LARGEST_PART
    )
    try:
        kept, failures = _keep_all(reader, study_uid)
    except MalformedBodyError:
        return refusal(_("The body is not the multipart that it announces."), 400)
    except PartTooLargeError:
        return refusal(_("One object is too large."), 413)
    except OSError:
        return refusal(_("The platform cannot store anything now: try again later."), 503)
    receipts = index_objects(kept, by=actor, at=now())
    return _answer(request, receipts, failures)


def _keep_all(reader: MultipartReader, study_uid: str) -> tuple[list[KeptObject], list[Failure]]:
    """Make every good object durable, and say what is wrong with the others."""
    kept: list[KeptObject] = []
    failures: list[Failure] = []
    for part in reader:
        outcome = _keep(part, study_uid)
        if isinstance(outcome, Failure):
            failures.append(outcome)
        else:
            kept.append(outcome)
    return kept, failures


def _keep(part: Part, study_uid: str) -> KeptObject | Failure:
    if (
        parse_media_type(part.headers.get("content-type", "application/dicom")).media_type
        != "application/dicom"
    ):
        return Failure("", "", CANNOT_UNDERSTAND)
    if not is_as_announced(part.path, part.headers.get("content-digest", "")):
        return Failure("", "", PROCESSING_FAILURE)  # what it says of itself cannot be believed either
    try:
        kept = keep_object(part.path)
    except UnreadableObjectError as error:
        return Failure(error.sop_class_uid, error.sop_instance_uid, CANNOT_UNDERSTAND)
    if study_uid and kept.identity.study_instance_uid != study_uid:
        return Failure(kept.sop_class_uid, kept.sop_instance_uid, PROCESSING_FAILURE)
    return kept


def _answer(request: HttpRequest, receipts: list[Receipt], failures: list[Failure]) -> HttpResponse:
    held = [each for each in receipts if each.is_held]
    failed = failures + [
        Failure(each.sop_class_uid, each.sop_instance_uid, _REASONS[each.outcome])
        for each in receipts
        if not each.is_held
    ]
    answer: Model = {}
    if held:
        answer |= describe({"ReferencedSOPSequence": [_reference(request, each) for each in held]})
        answer |= describe({"RetrieveURL": _study_address(request, held)})
    if failed:
        answer |= describe({"FailedSOPSequence": [_failure(each) for each in failed]})
    status = 200 if not failed and held else 202 if held else 409
    return answer_json(request, answer, status=status)


def _study_address(request: HttpRequest, held: list[Receipt]) -> str:
    """Return the address of the study, when all objects are of one."""
    studies = {each.study.study_instance_uid: each.study for each in held if each.study}
    return address(request, next(iter(studies.values()))) if len(studies) == 1 else ""


def _reference(request: HttpRequest, receipt: Receipt) -> Model:
    values: dict[str, str | int | None] = {
        "ReferencedSOPClassUID": receipt.sop_class_uid,
        "ReferencedSOPInstanceUID": receipt.sop_instance_uid,
    }
    if receipt.study is not None:
        study = address(request, receipt.study)
        values["RetrieveURL"] = (
            f"{study}/series/{receipt.series_instance_uid}/instances/{receipt.sop_instance_uid}"
        )
    return describe(values)


def _failure(failure: Failure) -> Model:
    return describe(
        {
            "ReferencedSOPClassUID": failure.sop_class_uid,
            "ReferencedSOPInstanceUID": failure.sop_instance_uid,
            "FailureReason": failure.reason,
        }
    )
