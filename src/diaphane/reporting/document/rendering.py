"""Render a report document as a tagged, archivable PDF (PDF/A-2a and PDF/UA-1)."""

import json
import re
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Final

import typst

from .model import ReportDocument
from .payload import Payload, build_payload
from .typography import show_code_point

STANDARDS: Final = ("a-2a", "ua-1")
_REFUSED_TEXT = re.compile(r'the text `"(.+?)"` could not be displayed|contains the codepoint `"(.+?)"`')
_ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}")


def render_report(document: ReportDocument) -> bytes:
    """Return the PDF; the same document gives the same bytes, dated of the signing instant.

    A character that no embedded font has is printed as its code point: a name in a rare script must
    neither prevent a signature nor vanish.

    Raises:
        typst.TypstError: the template itself is wrong.
    """
    return print_page(_template(), name="report", payload=build_payload(document), at=document.signature.at)


def print_page(template: bytes, *, name: str, payload: Payload, at: datetime) -> bytes:
    """Lay a payload out by a typst template, which reads it as JSON under a name; dated of an instant.

    Raises:
        typst.TypstError: the template itself is wrong.
    """
    data, timestamp = {name: json.dumps(payload)}, int(at.timestamp())
    try:
        return _compile(template, data, timestamp)
    except typst.TypstError as error:
        refused = _list_refused_characters(error.diagnostic)
        if not refused:
            raise
        shown = {ord(character): show_code_point(character) for character in refused}
        return _compile(template, {name: json.dumps(_translate(payload, shown))}, timestamp)


@cache
def _fonts() -> typst.Fonts:
    """Return the fonts embedded in typst: the same page on every machine."""
    return typst.Fonts(include_system_fonts=False)


@cache
def _template() -> bytes:
    return resources.files(__package__).joinpath("report.typ").read_bytes()


def _compile(template: bytes, data: dict[str, str], timestamp: int) -> bytes:
    return typst.compile(
        template,
        font_paths=_fonts(),
        format="pdf",
        sys_inputs=data,
        pdf_standards=list(STANDARDS),
        timestamp=timestamp,
    )


def _list_refused_characters(diagnostic: str) -> set[str]:
    """Return the characters that PDF/A cannot take (no glyph, or the private use area)."""
    texts = (first or second for first, second in _REFUSED_TEXT.findall(diagnostic))
    return set("".join(_ESCAPE.sub(lambda code: chr(int(code[1], 16)), text) for text in texts))


def _translate(value: object, shown: dict[int, str]) -> object:
    """Return the same JSON value with characters replaced in every string."""
    if isinstance(value, str):
        return value.translate(shown)
    if isinstance(value, list):
        return [_translate(item, shown) for item in value]
    if isinstance(value, dict):
        return {key: _translate(item, shown) for key, item in value.items()}
    return value
