"""WADO-RS: metadata, objects and bulk data (PS3.18 §10.4)."""

import zlib
from collections.abc import Iterable, Iterator

import imagecodecs
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from pydicom.uid import MPEGTransferSyntaxes

from diaphane.imaging.deflated import deflate, inflate, join_pieces
from diaphane.imaging.headers import BULK_URI
from diaphane.imaging.keeping import read_object
from diaphane.imaging.models import Instance, Study
from diaphane.imaging.pixels import read_bulk_data
from diaphane.imaging.prepared import Prepared, find_document, list_prepared
from diaphane.kernel.actors import Actor
from diaphane_dicom.decode import UndecodableFrameError
from diaphane_dicom.frames import UnlocatableFramesError
from diaphane_dicom.jpeg_ls import transcode_to_jpeg_ls
from diaphane_dicom.native import transcode_to_native

from .answers import DICOM_JSON, address, answer_parts, private
from .negotiation import (
    EXPLICIT_LITTLE_ENDIAN,
    JPEG_LS_LOSSLESS,
    MediaRange,
    NotAcceptableError,
    accepts_json,
    choose_coding,
    choose_transfer_syntax,
    list_accepted,
)
from .resources import dicomweb, open_instance, open_instances, open_study

_MAKERS = {EXPLICIT_LITTLE_ENDIAN: transcode_to_native, JPEG_LS_LOSSLESS: transcode_to_jpeg_ls}
_OBJECTS = frozenset({"application/dicom", "application/*", "*/*"})
_OPENING, _COMMA, _CLOSING = deflate("["), deflate(","), deflate("]")
_BYTES = frozenset({"application/octet-stream", "application/*", "*/*"})


@dicomweb("GET")
def metadata(
    request: HttpRequest, actor: Actor, study_uid: str, series_uid: str = "", sop_uid: str = ""
) -> HttpResponse:
    """Answer the metadata made ready when the objects came: no file is opened."""
    if not accepts_json(request):
        raise NotAcceptableError
    study = open_study(study_uid, actor, sop_uid=sop_uid)
    whole = _read_whole(request, study, series_uid) if series_uid and not sop_uid else None
    content, coding = whole or _join(request, study, series_uid, sop_uid)
    response = private(HttpResponse(content, content_type=DICOM_JSON))
    response["Vary"] = "Accept-Encoding"
    if coding:
        response["Content-Encoding"] = coding
    return response


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
    return answer_parts(_parts(found, accepted), inner="application/dicom", transfer_syntax=outer)


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
    return answer_parts(parts, inner="application/octet-stream", transfer_syntax="", is_small=True)


def _read_whole(request: HttpRequest, study: Study, series_uid: str) -> tuple[bytes, str] | None:
    """Return the document of a series and its coding, once it is written."""
    coding = choose_coding(request, ("zstd", "deflate"))
    document = find_document(study, series_uid, coding=coding or "zstd")
    if document is None:
        return None
    return (document if coding else bytes(imagecodecs.zstd_decode(document))), coding


def _join(request: HttpRequest, study: Study, series_uid: str, sop_uid: str) -> tuple[bytes, str]:
    """Put the metadata of instances end to end, and return it with its coding.

    Raises:
        Instance.DoesNotExist: there is none.
    """
    found = list_prepared(study, series_instance_uid=series_uid, sop_instance_uid=sop_uid)
    if not found:
        raise Instance.DoesNotExist
    document = join_pieces(_enclose(_with_addresses(request, study, each) for each in found))
    coding = choose_coding(request, ("deflate",))
    return (document if coding else zlib.decompress(document)), coding


def _enclose(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Make a list of prepared models."""
    mark = _OPENING
    for piece in pieces:
        yield mark
        yield piece
        mark = _COMMA
    yield _CLOSING


def _with_addresses(request: HttpRequest, study: Study, prepared: Prepared) -> bytes:
    """Make the marks of bulk data into addresses of this instance; most models have none."""
    if not prepared.has_bulk_data:
        return prepared.piece
    here = address(request, study, prepared.series_instance_uid, prepared.sop_instance_uid)
    text = inflate(prepared.piece)
    return deflate(text.replace(BULK_URI, f'"BulkDataURI": "{here}/bulkdata/'))


def _choose(request: HttpRequest, types: frozenset[str], *, are_several: bool) -> MediaRange:
    """Return the first media range that can be answered; a single body cannot hold several objects."""
    for each in list_accepted(request):
        is_alone = not each.is_multipart and each.media_type != "*/*"
        if each.inner in types and not (is_alone and are_several):
            return each
    raise NotAcceptableError


def _syntax_for(instance: Instance, accepted: MediaRange) -> str:
    """Return the transfer syntax of one object: video as stored, no JPEG-LS of what has no pixels."""
    stored = instance.transfer_syntax_uid
    wanted = choose_transfer_syntax(accepted.transfer_syntax, stored)
    if stored in MPEGTransferSyntaxes:
        return stored
    has_pixels = instance.number_of_frames > 0
    return wanted if has_pixels or wanted != JPEG_LS_LOSSLESS else EXPLICIT_LITTLE_ENDIAN


def _parts(found: list[Instance], accepted: MediaRange) -> Iterator[tuple[str, bytes]]:
    for each in found:
        content, uid = _encode(each, accepted)
        yield f"application/dicom; transfer-syntax={uid}", content


def _encode(instance: Instance, accepted: MediaRange) -> tuple[bytes, str]:
    """Read one object, made as the client takes it, or as stored; what cannot be decoded goes as it is."""
    content, stored = read_object(instance.storage_key), instance.transfer_syntax_uid
    wanted = _syntax_for(instance, accepted)
    if wanted == stored:
        return content, stored
    try:
        return _MAKERS[wanted](content), wanted
    except (UndecodableFrameError, UnlocatableFramesError):
        return content, stored
