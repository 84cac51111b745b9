"""WADO-RS: metadata, objects and bulk data (PS3.18 §10.4)."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from diaphane.imaging.headers import BULK_URI
from diaphane.imaging.keeping import read_object
from diaphane.imaging.models import Instance
from diaphane.imaging.pixels import read_bulk_data
from diaphane.kernel.actors import Actor
from diaphane_dicom.decode import UndecodableFrameError
from diaphane_dicom.frames import UnlocatableFramesError
from diaphane_dicom.native import transcode_to_native

from .answers import PartsResponse, address, answer_json, private
from .negotiation import (
    EXPLICIT_LITTLE_ENDIAN,
    MediaRange,
    NotAcceptableError,
    choose_transfer_syntax,
    list_accepted,
)
from .resources import dicomweb, open_instance, open_instances

_OBJECTS = frozenset({"application/dicom", "application/*", "*/*"})
_BYTES = frozenset({"application/octet-stream", "application/*", "*/*"})


@dicomweb("GET")
def metadata(
    request: HttpRequest, actor: Actor, study_uid: str, series_uid: str = "", sop_uid: str = ""
) -> HttpResponse:
    """Answer the metadata made ready when the objects came: no file is opened."""
    found = open_instances(actor, study_uid, series_uid, sop_uid)
    return answer_json(request, "[" + ",".join(_with_addresses(request, each) for each in found) + "]")


@dicomweb("GET")
def objects(
    request: HttpRequest, actor: Actor, study_uid: str, series_uid: str = "", sop_uid: str = ""
) -> HttpResponseBase:
    """Answer whole objects, in parts, each encoded as asked."""
    found = open_instances(actor, study_uid, series_uid, sop_uid)
    accepted = _choose(request, _OBJECTS, are_several=not sop_uid)
    uids = {_syntax_for(each, accepted) for each in found}
    if not accepted.is_multipart and accepted.media_type == "application/dicom":
        content, _uid = _encode(found[0], accepted)
        return private(HttpResponse(content, content_type="application/dicom"))
    outer = uids.pop() if len(uids) == 1 else ""
    return PartsResponse(_parts(found, accepted), inner="application/dicom", transfer_syntax=outer)


@dicomweb("GET")
def bulk_data(
    request: HttpRequest, actor: Actor, study_uid: str, series_uid: str, sop_uid: str, tag: str, rank: int
) -> HttpResponseBase:
    """Answer one long binary value that the metadata left at an address."""
    instance = open_instance(actor, study_uid, series_uid, sop_uid)
    accepted = _choose(request, _BYTES, are_several=False)
    content = read_bulk_data(instance, tag=tag, rank=rank)
    if content is None:
        raise Instance.DoesNotExist
    if not accepted.is_multipart and accepted.media_type != "*/*":
        return private(HttpResponse(content, content_type="application/octet-stream"))
    parts = [("application/octet-stream", content)]
    return PartsResponse(parts, inner="application/octet-stream", transfer_syntax="")


def _with_addresses(request: HttpRequest, instance: Instance) -> str:
    """Make the marks of bulk data into addresses of this instance."""
    here = address(request, instance.series.study, instance.series.series_instance_uid, instance)
    text: str = instance.metadata
    return text.replace(BULK_URI, f'"BulkDataURI": "{here}/bulkdata/') if instance.has_bulk_data else text


def _choose(request: HttpRequest, types: frozenset[str], *, are_several: bool) -> MediaRange:
    """Return the first media range that can be answered; a single body cannot hold several objects."""
    for each in list_accepted(request):
        is_alone = not each.is_multipart and each.media_type != "*/*"
        if each.inner in types and not (is_alone and are_several):
            return each
    raise NotAcceptableError


def _syntax_for(instance: Instance, accepted: MediaRange) -> str:
    return choose_transfer_syntax(accepted.transfer_syntax, instance.transfer_syntax_uid)


def _parts(found: list[Instance], accepted: MediaRange) -> Iterator[tuple[str, bytes]]:
    for each in found:
        content, uid = _encode(each, accepted)
        yield f"application/dicom; transfer-syntax={uid}", content


def _encode(instance: Instance, accepted: MediaRange) -> tuple[bytes, str]:
    """Read one object, decoded unless the client takes it as stored; what cannot be decoded goes as it is."""
    content, stored = read_object(instance.storage_key), instance.transfer_syntax_uid
    if _syntax_for(instance, accepted) != EXPLICIT_LITTLE_ENDIAN:
        return content, stored
    try:
        return transcode_to_native(content), EXPLICIT_LITTLE_ENDIAN
    except (UndecodableFrameError, UnlocatableFramesError):
        return content, stored
