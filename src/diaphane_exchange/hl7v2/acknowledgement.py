"""Acknowledgements in original mode: AA, AE or AR, with an ERR for each fault (HL7 v2.5 §2.9.2, §2.15.5)."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .adt import Header
from .message import CHARSETS

_ESCAPES = {"\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "&": "\\T\\", "~": "\\R\\", "\r": " ", "\n": " "}
_PLAIN = str.maketrans({"’": "'", "…": "...", "œ": "oe", "«": '"', "»": '"', "\N{NO-BREAK SPACE}": " "})


class Verdict(StrEnum):
    """Applied; kept, and not applied; not taken."""

    ACCEPTED = "AA"
    ERROR = "AE"
    REJECTED = "AR"


@dataclass(frozen=True)
class Line:
    """One ERR segment: HL7's code (table 0357), where, the words for who reads it, and how grave."""

    code: str
    location: str
    words: str
    is_warning: bool = False


def write_acknowledgement(
    header: Header, verdict: Verdict, lines: Iterable[Line], *, control_id: str, at: datetime
) -> bytes:
    """Write the answer to a message in the characters that it came in, without the accents that they lack."""
    names = {name: each for each, name in CHARSETS.items() if each}
    msh = [
        "MSH",
        "^~\\&",
        "DIAPHANE",
        "",
        _escape(header.application),
        _escape(header.facility),
        f"{at:%Y%m%d%H%M%S%z}",
        "",
        f"ACK^{_escape(header.event)}^ACK" if header.event else "ACK",
        _escape(control_id),
        "P",
        "2.5",
        "",
        "",
        "",
        "",
        "FRA",
        names[header.charset],
    ]
    segments = ["|".join(msh), f"MSA|{verdict.value}|{_escape(header.control_id)}"]
    segments += [_write_error(each) for each in lines]
    return _encode("".join(f"{each}\r" for each in segments), header.charset)


def _encode(text: str, charset: str) -> bytes:
    if charset != "utf-8":
        text = text.translate(_PLAIN)
    if charset == "ascii":
        text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return text.encode(charset, "replace")


def _write_error(line: Line) -> str:
    severity = "W" if line.is_warning else "E"
    return f"ERR||{line.location}|{line.code}^^HL70357|{severity}||||{_escape(line.words)}"


def _escape(text: str) -> str:
    return "".join(_ESCAPES.get(each, each) for each in text)
