"""Match worklist items with a query's keys (PS3.4 §C.2.2.2 and §K.4.1.1), and answer only what was asked."""

import re
import unicodedata
from collections.abc import Iterator
from copy import deepcopy
from itertools import product

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue
from pydicom.sequence import Sequence

STEPS = "ScheduledProcedureStepSequence"
STEP_START = ("ScheduledProcedureStepStartDate", "ScheduledProcedureStepStartTime")
SUPPORTED_KEYS = frozenset(
    {
        "PatientName",
        "PatientID",
        "IssuerOfPatientID",
        "PatientBirthDate",
        "PatientSex",
        "AccessionNumber",
        "StudyInstanceUID",
        "RequestedProcedureID",
        "RequestedProcedureDescription",
        "ReferringPhysicianName",
        STEPS,
        "Modality",
        "ScheduledStationAETitle",
        *STEP_START,
        "ScheduledProcedureStepDescription",
        "ScheduledProcedureStepID",
        "ScheduledProcedureStepStatus",
        "ScheduledPerformingPhysicianName",
    }
)
"""Keys that the worklist can be searched by; a value under another key does not narrow the answer."""
WILDCARD_VRS = frozenset({"AE", "CS", "LO", "LT", "PN", "SH", "ST", "UC", "UR", "UT"})
RANGES = {"DA": ("00000000", "99999999"), "TM": ("000000000000", "235959999999")}
"""The first and last instants of each representation that matches by range."""
UTF_8 = "ISO_IR 192"


def list_answers(items: list[Dataset], query: Dataset) -> Iterator[Dataset]:
    """Yield an answer for each scheduled step that matches a query, one step in each (§K.6.1.2.2)."""
    for item in items:
        for step in item.get(STEPS) or [Dataset()]:
            entity = Dataset(item)
            entity.ScheduledProcedureStepSequence = Sequence([step])
            if is_match(entity, query):
                yield answer(entity, query)


def is_match(entity: Dataset, query: Dataset) -> bool:
    """Tell whether an entity matches every key of a query."""
    combined = _combined_start(query)
    if combined and not _starts_within(entity, combined):
        return False
    keys = SUPPORTED_KEYS.difference(STEP_START) if combined else SUPPORTED_KEYS
    return all(_key_matches(key, entity) for key in query if key.keyword in keys)


def has_unsupported_keys(query: Dataset) -> bool:
    """Tell whether a query gives a value to a key that is not searched by, anywhere in it."""
    ignored = SUPPORTED_KEYS | {"SpecificCharacterSet", "TimezoneOffsetFromUTC"}
    return any(not key.is_empty and key.keyword not in ignored for key in query.iterall())


def answer(entity: Dataset, query: Dataset) -> Dataset:
    """Copy the attributes that a query asks for; what is unknown comes back empty.

    Text is in the query's character set when that can hold it, and else in UTF-8.
    """
    wanted = _copy_asked(entity, query)
    asked = query.get("SpecificCharacterSet")
    charset = asked if asked and _fits(wanted, asked) else UTF_8 if not _fits(wanted, "ISO_IR 6") else None
    wanted.pop("SpecificCharacterSet", None)
    if charset:
        wanted.SpecificCharacterSet = charset
    return wanted


def _copy_asked(entity: Dataset, query: Dataset) -> Dataset:
    """Copy deeply: a name remembers the character set in which it was last written."""
    wanted = Dataset()
    for key in query:
        held = entity.get(key.tag)
        if held is None:
            wanted.add_new(key.tag, key.VR, None if key.VR != "SQ" else [])
        elif key.VR == "SQ" and key.value and len(key.value[0]):
            wanted.add_new(key.tag, "SQ", [_copy_asked(item, key.value[0]) for item in held.value])
        else:
            wanted.add(deepcopy(held))
    return wanted


def _key_matches(key: DataElement, entity: Dataset) -> bool:
    """Match one key: an empty one matches all (§C.2.2.2.3)."""
    if key.is_empty:
        return True
    held = entity.get(key.tag)
    if key.VR == "SQ":
        return _sequence_matches(key, held)
    if held is None or held.is_empty:
        return str(key.value) == "*"
    pairs = product(_values(key), _values(held))
    return any(_value_matches(key.VR, str(wanted), str(had)) for wanted, had in pairs)


def _sequence_matches(key: DataElement, held: DataElement | None) -> bool:
    """Match a sequence: one item must match all keys of the query's item (§C.2.2.2.6)."""
    item = key.value[0]
    items = list(held.value) if held is not None else []
    return any(is_match(candidate, item) for candidate in items) or is_match(Dataset(), item)


def _value_matches(vr: str, wanted: str, held: str) -> bool:
    """Match one value by range, wildcard or identity, according to its representation."""
    if vr in RANGES:
        low, high = _bounds(vr, wanted)
        return low <= _complete(vr, held) <= high
    if vr == "PN":
        return any(_text_matches(_fold(wanted), _fold(group)) for group in held.split("="))
    if vr in WILDCARD_VRS:
        return _text_matches(wanted.strip(), held.strip())
    return wanted.strip() == held.strip()


def _text_matches(wanted: str, held: str) -> bool:
    """Match text in which * stands for anything and ? for one character (§C.2.2.2.4)."""
    pattern = "".join({"*": ".*", "?": "."}.get(character, re.escape(character)) for character in wanted)
    return re.fullmatch(pattern, held, re.DOTALL) is not None


def _fold(name: str) -> str:
    """Drop case, accents and empty trailing components, which do not distinguish persons (§C.2.2.2.1)."""
    decomposed = unicodedata.normalize("NFKD", name).casefold()
    return "".join(c for c in decomposed if not unicodedata.combining(c)).rstrip("^ ")


def _bounds(vr: str, wanted: str) -> tuple[str, str]:
    """Return the first and last instants that a date or time key accepts: a single value is a short range."""
    first, dash, last = wanted.strip().partition("-")
    return _complete(vr, first), _complete(vr, last if dash else first, is_end=True)


def _complete(vr: str, value: str, *, is_end: bool = False) -> str:
    """Complete a date or a time so that instants compare as text: what is left out is all that it may be."""
    digits = value.strip().replace(":", "").replace(".", "")
    return digits + RANGES[vr][is_end][len(digits) :]


def _combined_start(query: Dataset) -> tuple[str, str] | None:
    """Return the period asked when the step's date and time are both ranges: instant to instant (§K.6)."""
    date, time = (str(query.get(keyword) or "") for keyword in STEP_START)
    if "-" not in date or "-" not in time:
        return None
    (first_day, last_day), (first_time, last_time) = _bounds("DA", date), _bounds("TM", time)
    return first_day + first_time, last_day + last_time


def _starts_within(entity: Dataset, period: tuple[str, str]) -> bool:
    date, time = (str(entity.get(keyword) or "") for keyword in STEP_START)
    return bool(date) and period[0] <= _complete("DA", date) + _complete("TM", time) <= period[1]


def _values(element: DataElement) -> list[object]:
    value = element.value
    return list(value) if isinstance(value, MultiValue) else [value]


def _fits(dataset: Dataset, charset: object) -> bool:
    """Tell whether a character set can hold every text of a data set."""
    names = {"ISO_IR 192": "utf-8", "ISO_IR 100": "latin-1", "ISO_IR 6": "ascii"}
    encoding = names.get(str(charset))
    if encoding is None:
        return False
    for element in dataset.iterall():
        if element.VR != "SQ" and not element.is_empty:
            try:
                str(element.value).encode(encoding)
            except UnicodeEncodeError:
                return False
    return True
