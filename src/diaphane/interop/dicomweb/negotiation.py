"""Choose what to answer from what the client accepts (PS3.18 §8.7)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from django.http import HttpRequest

EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"
JPEG_LS_LOSSLESS = "1.2.840.10008.1.2.4.80"
MADE_ON_DEMAND = (EXPLICIT_LITTLE_ENDIAN, JPEG_LS_LOSSLESS)
ANY = "*"
_WEIGHT = re.compile(r"0(\.[0-9]{0,3})?|1(\.0{0,3})?", re.ASCII)
_ESCAPED = re.compile(r"\\(.)")


class NotAcceptableError(Exception):
    """Nothing that the client accepts can be made from what is stored (406)."""


@dataclass(frozen=True)
class MediaRange:
    """One element of an Accept header. ``inner`` is the type of the parts of a multipart answer."""

    media_type: str
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def is_multipart(self) -> bool:
        """Say whether parts are accepted."""
        return self.media_type == "multipart/related"

    @property
    def inner(self) -> str:
        """Return the wanted type, whether alone or in parts."""
        return self.parameters.get("type", "*/*").lower() if self.is_multipart else self.media_type

    @property
    def transfer_syntax(self) -> str:
        """Return the wanted transfer syntax; empty when the client does not say."""
        return self.parameters.get("transfer-syntax", "")


def parse_media_type(text: str) -> MediaRange:
    """Read one media type with its parameters, quoted or not (RFC 9110 §5.6.6, §8.3.1); any text is read."""
    media_type, *pairs = _split_outside_quotes(text, ";")
    named = [each.partition("=") for each in pairs]
    parameters = {name.strip().lower(): _unquote(value.strip()) for name, _equals, value in named}
    return MediaRange(media_type.strip().lower(), parameters)


def list_accepted(request: HttpRequest) -> list[MediaRange]:
    """List what the client accepts, preferred first; the query parameter wins (PS3.18 §8.3.3.1).

    What has no weight is not accepted (RFC 9110 §12.4.2).
    """
    ranges = _read_ranges(request.GET.get("accept") or request.headers.get("Accept") or "*/*")
    return [each for each in ranges if _quality(each) > 0]


@lru_cache(maxsize=200)
def _read_ranges(text: str) -> list[MediaRange]:
    """Read an Accept header; a client sends the same one hundreds of times."""
    ranges = [parse_media_type(each) for each in _split_outside_quotes(text, ",") if each.strip()]
    return sorted(ranges, key=lambda each: -_quality(each))


def accepts_json(request: HttpRequest) -> bool:
    """Say whether the DICOM JSON model will do."""
    json_types = {"application/dicom+json", "application/json", "application/*", "*/*"}
    return any(each.media_type in json_types for each in list_accepted(request))


def choose_coding(request: HttpRequest, available: Sequence[str]) -> str:
    """Return the first of the codings of HTTP that the client takes; empty for none (RFC 9110 §12.5.3)."""
    accepted = {
        each.media_type: _quality(each) for each in _read_ranges(request.headers.get("Accept-Encoding", ""))
    }
    return next((each for each in available if accepted.get(each, 0) > 0), "")


def choose_transfer_syntax(asked: str, stored: str) -> str:
    """Return the transfer syntax to send: as stored for ``*`` or its own, else made; decoded by default.

    Raises:
        NotAcceptableError: the client wants another encoding.
    """
    if asked in (ANY, stored):
        return stored
    if asked in ("", *MADE_ON_DEMAND):
        return asked or EXPLICIT_LITTLE_ENDIAN
    raise NotAcceptableError


def choose_picture(request: HttpRequest) -> str:
    """Return ``image/jpeg`` or ``image/png`` for a rendered picture.

    Raises:
        NotAcceptableError: neither is accepted.
    """
    for each in list_accepted(request):
        if each.media_type in ("image/png", "image/jpeg"):
            return each.media_type
        if each.media_type in ("image/*", "*/*"):
            return "image/jpeg"
    raise NotAcceptableError


def _quality(each: MediaRange) -> float:
    """Return the weight of a range; one that is none counts for nothing."""
    weight = each.parameters.get("q", "1")
    return float(weight) if _WEIGHT.fullmatch(weight) else 0.0


def _unquote(value: str) -> str:
    """Return what a quoted string says (RFC 9110 §5.6.4); a token as it is."""
    if not value.startswith('"'):
        return value
    return _ESCAPED.sub(r"\1", value[1:].removesuffix('"'))


def _split_outside_quotes(text: str, mark: str) -> Sequence[str]:
    parts, is_quoted, start = [], False, 0
    for position, character in enumerate(text):
        if character == '"':
            is_quoted = not is_quoted
        elif character == mark and not is_quoted:
            parts.append(text[start:position])
            start = position + 1
    return [*parts, text[start:]]
