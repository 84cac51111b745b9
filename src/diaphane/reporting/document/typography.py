"""Set French text: unbreakable spaces, dates, numbers, and no character the fonts cannot show."""

import re
from datetime import date, datetime
from decimal import Decimal

NO_BREAK = "\u00a0"
NARROW_NO_BREAK = "\u202f"
MONTHS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]

_UNITS = r"(?:mGy|Gy|mSv|MBq|mL|ml|mm|cm|kg|mg|g|L|ms|min|h|s|HU|UH|T|%|ans?|mois|jours?)"
_SPACED = (
    (re.compile(r"(?<=\w)'(?=\w)"), "’"),
    (re.compile(r"[ \u00a0\u202f]+([;!?])"), NARROW_NO_BREAK + r"\1"),
    (re.compile(r"[ \u00a0\u202f]+([:»])"), NO_BREAK + r"\1"),
    (re.compile(r"«[ \u00a0\u202f]*"), "«" + NO_BREAK),
    (re.compile(r"(?<=\d) (?=\d{3}(?!\d))"), NARROW_NO_BREAK),
    (re.compile(rf"(?<=\d) (?={_UNITS}(?![\w]))"), NO_BREAK),
)
_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Controls (tab and line feed apart), direction overrides that can reverse what is read, and surrogates.
_UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def show_code_point(character: str) -> str:
    """Return a visible stand-in, so that what cannot be printed is never silently lost."""
    return f"[U+{ord(character):04X}]"


def typeset_french(text: str) -> str:
    """Return the text with unbreakable spaces where French wants them and nothing unprintable.

    Only spaces and apostrophes that the author typed are changed: "12:30" and addresses stay as they are.
    """
    text = _LINE_ENDS.sub("\n", text).replace("\t", " ").strip()
    text = _UNPRINTABLE.sub(lambda found: show_code_point(found.group()), text)
    for pattern, replacement in _SPACED:
        text = pattern.sub(replacement, text)
    return text


def format_date(day: date) -> str:
    """Return a date in words, "1er" included."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number}{NO_BREAK}{MONTHS[day.month - 1]}{NO_BREAK}{day.year}"


def format_instant(at: datetime) -> str:
    """Return a local date and time to the minute."""
    return f"{format_date(at.date())} à{NO_BREAK}{at:%H:%M}"


def format_number(value: Decimal) -> str:
    """Return a number with a decimal comma and grouped thousands, keeping its precision."""
    return f"{value:,f}".replace(",", NARROW_NO_BREAK).replace(".", ",")
