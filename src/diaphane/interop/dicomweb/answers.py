"""Answers of DICOMweb: JSON made ready beforehand, parts sent as they are read, nothing kept by caches."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Sequence

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from diaphane.imaging.models import Instance, Study

from .model import Model
from .multipart import new_boundary, write_parts
from .negotiation import NotAcceptableError, accepts_json

DICOM_JSON = "application/dicom+json"
ROOT = "/dicomweb"


class PartsResponse(StreamingHttpResponse):
    """A multipart answer whose parts are read one by one, in a thread when the server is asynchronous."""

    def __init__(self, parts: Iterable[tuple[str, bytes]], *, inner: str, transfer_syntax: str) -> None:
        boundary = new_boundary()
        named = f"; transfer-syntax={transfer_syntax}" if transfer_syntax else ""
        super().__init__(
            write_parts(parts, boundary=boundary),
            content_type=f'multipart/related; type="{inner}"{named}; boundary={boundary}',
        )
        self["Cache-Control"] = "private, no-store"

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Send each piece as soon as a thread has read it."""
        pieces = iter(self)
        while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
            yield piece


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


def private(response: HttpResponse) -> HttpResponse:
    """Forbid every cache to keep what is answered."""
    response["Cache-Control"] = "private, no-store"
    return response


def address(
    request: HttpRequest, study: Study, series_uid: str = "", instance: Instance | None = None
) -> str:
    """Return the Retrieve URL of a study, of a series or of an instance."""
    path = f"{ROOT}/studies/{study.study_instance_uid}"
    if series_uid:
        path += f"/series/{series_uid}"
    if instance is not None:
        path += f"/instances/{instance.sop_instance_uid}"
    return request.build_absolute_uri(path)
