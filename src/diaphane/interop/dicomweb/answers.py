"""Answers of DICOMweb: JSON made ready beforehand, parts sent as they are read, nothing kept by caches."""

import json
from collections.abc import Iterable, Sequence
from typing import TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from diaphane.imaging.models import Study
from diaphane.kernel.streaming import ThreadedStream

from .model import Model
from .multipart import new_boundary, write_parts
from .negotiation import NotAcceptableError, accepts_json

R = TypeVar("R", bound=HttpResponseBase)
DICOM_JSON = "application/dicom+json"
ROOT = "/dicomweb"


def answer_parts(
    parts: Iterable[tuple[str, bytes]], *, inner: str, transfer_syntax: str, is_small: bool = False
) -> HttpResponseBase:
    """Answer parts, each with its Content-Type: at once when they are few, else as they are read."""
    boundary = new_boundary()
    named = f"; transfer-syntax={transfer_syntax}" if transfer_syntax else ""
    content_type = f'multipart/related; type="{inner}"{named}; boundary={boundary}'
    pieces = write_parts(parts, boundary=boundary)
    if is_small:
        return private(HttpResponse(b"".join(pieces), content_type=content_type))
    return private(ThreadedStream(pieces, content_type=content_type))


def answer_json(
    request: HttpRequest, text: str | Sequence[Model] | Model, *, status: int = 200
) -> HttpResponse:
    """Answer a document of the DICOM JSON model.

    Raises:
        NotAcceptableError: the client wants XML.
    """
    if not accepts_json(request):
        raise NotAcceptableError
    content = text if isinstance(text, str) else json.dumps(text)
    return private(HttpResponse(content, content_type=DICOM_JSON, status=status))


def private(response: R) -> R:
    """Forbid every cache to keep what is answered."""
    response["Cache-Control"] = "private, no-store"
    return response


def address(request: HttpRequest, study: Study, series_uid: str = "", sop_uid: str = "") -> str:
    """Return the Retrieve URL of a study, of a series or of an instance."""
    path = f"{ROOT}/studies/{study.study_instance_uid}"
    if series_uid:
        path += f"/series/{series_uid}"
    if sop_uid:
        path += f"/instances/{sop_uid}"
    return request.build_absolute_uri(path)
