"""A message as its segments and fields: decoded as MSH-18 says, unescaped (HL7 v2.5 §2.5, §2.7)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

import hl7
from hl7.exceptions import HL7Exception

from .refusals import Reason, RefusedMessageError

CHARSETS = {
    "": "ascii",
    "ASCII": "ascii",
    "8859/1": "iso-8859-1",
    "8859/15": "iso-8859-15",
    "UNICODE": "utf-8",
    "UNICODE UTF-8": "utf-8",
}
"""HL7 table 0211, those met in France; nothing said means ASCII alone (MSH-18)."""
_MSH_18 = 17
_DAY, _MINUTE, _SECOND = 8, 12, 14


@dataclass(frozen=True)
class Segment:
    """One segment: its fields by number, each a list of repetitions, each a list of components."""

    message: "Message"
    fields: tuple[str, ...]

    def repetitions(self, number: int) -> list[list[str]]:
        """Return the repetitions of a field, each as its components; none when it is empty."""
        text = self.fields[number] if number < len(self.fields) else ""
        if not text or text == '""':
            return []
        return [each.split(self.message.component) for each in text.split(self.message.repetition) if each]

    def text(self, number: int, component: int = 1) -> str:
        """Return one component of the first repetition, unescaped; an empty one when it is not said."""
        found = self.repetitions(number)
        return self.message.read(found[0], component) if found else ""


@dataclass(frozen=True)
class Message:
    """One message, its separators, and how it was decoded."""

    parsed: hl7.Message
    charset: str
    component: str
    repetition: str
    subcomponent: str

    def segments(self, name: str) -> Iterator[Segment]:
        """Yield the segments of one name."""
        for each in self.parsed:
            fields = tuple(str(field) for field in each)
            if fields and fields[0] == name:
                yield Segment(self, fields)

    def require(self, name: str) -> Segment:
        """Return the first segment of one name.

        Raises:
            RefusedMessageError: there is none.
        """
        found = next(self.segments(name), None)
        if found is None:
            raise RefusedMessageError(Reason.NO_SEGMENT, name)
        return found

    def read(self, components: list[str], number: int) -> str:
        """Return one component of a repetition, unescaped; NUL, which no database keeps, is left out."""
        text = components[number - 1] if number <= len(components) else ""
        return "" if text == '""' else str(self.parsed.unescape(text)).replace("\0", "").strip()

    def split(self, components: list[str], number: int) -> list[str]:
        """Return the subcomponents of one component, each unescaped."""
        text = components[number - 1] if number <= len(components) else ""
        return [str(self.parsed.unescape(each)).strip() for each in text.split(self.subcomponent)]


def read_message(content: bytes) -> Message:
    """Read a message, whatever ends its segments.

    Raises:
        RefusedMessageError: it does not begin with MSH, or its characters are not those that MSH-18 says.
    """
    charset = _find_charset(content)
    try:
        text = content.decode(charset)
    except UnicodeDecodeError as error:
        raise RefusedMessageError(Reason.UNDECODABLE, "MSH^1^18") from error
    lines = text.replace("\r\n", "\r").replace("\n", "\r").strip("\r")
    try:
        parsed = hl7.parse(lines)
    except (HL7Exception, IndexError, ValueError, KeyError) as error:
        raise RefusedMessageError(Reason.UNREADABLE) from error
    return Message(parsed, charset, component=lines[4], repetition=lines[5], subcomponent=lines[7])


def read_day(text: str, location: str) -> date | None:
    """Return the day of a date or an instant (DTM); nothing when it is not said.

    Raises:
        RefusedMessageError: it is no whole date: a day that is not known is not guessed.
    """
    if not text:
        return None
    day = text[:_DAY]
    try:
        if len(day) < _DAY or not (day.isascii() and day.isdigit()):
            raise ValueError(location)
        return date(int(day[:4]), int(day[4:6]), int(day[6:]))
    except ValueError as error:
        raise RefusedMessageError(Reason.NOT_A_DATE, location) from error


def read_instant(text: str) -> datetime | None:
    """Return an instant (DTM) with its zone if it has one; nothing for what is none."""
    body, zone = (text[:-5], text[-5:]) if text[-5:-4] in {"+", "-"} else (text, "")
    digits = body.partition(".")[0]
    form = {_SECOND: "%Y%m%d%H%M%S", _MINUTE: "%Y%m%d%H%M", _DAY: "%Y%m%d"}.get(len(digits))
    if form is None:
        return None
    try:
        return datetime.strptime(digits + zone, form + ("%z" if zone else ""))  # noqa: DTZ007 - or the site's own
    except ValueError:
        return None


def _find_charset(content: bytes) -> str:
    """Read MSH-18 before anything is decoded. Raises RefusedMessageError."""
    first = content.lstrip(b"\r\n").split(b"\r", 1)[0].split(b"\n", 1)[0].decode("latin-1")
    separators = first[3:8]
    if not first.startswith("MSH") or len(separators) < 5 or len(set(separators)) < 5:
        raise RefusedMessageError(Reason.NO_HEADER, "MSH")
    if any(each.isalnum() or each.isspace() for each in separators):
        raise RefusedMessageError(Reason.NO_HEADER, "MSH")
    fields = first.split(separators[0])
    said = fields[_MSH_18].split(separators[2])[0].strip().upper() if len(fields) > _MSH_18 else ""
    if said not in CHARSETS:
        raise RefusedMessageError(Reason.CHARSET, "MSH^1^18")
    return CHARSETS[said]
