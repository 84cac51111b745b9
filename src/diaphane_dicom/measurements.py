"""Read the measurements of a structured report (TID 1500): what, how much, on which image."""

from collections.abc import Iterator
from dataclasses import dataclass

from pydicom.dataset import Dataset

from .content import code_value, first, meaning_of, name_of, text_of, walk

_GROUP = "125007"
_TRACKING, _TRACKING_UID = "112039", "112040"
_FINDING, _SITE = "121071", frozenset({"G-C0E3", "363698007"})
_OBSERVER = "121008"
_MOST = 500


@dataclass(frozen=True)
class Measurement:
    """One number measured on an image; ``unit`` is its UCUM code, ``frame`` counts from 1.

    ``label`` is what its author called the finding, ``name`` the quantity's code and ``meaning`` its words.
    ``value`` is None for a finding that is pointed at without a number.
    """

    label: str
    name: str
    meaning: str
    value: float | None
    unit: str
    sop_instance_uid: str
    frame: int
    tracking_uid: str = ""
    site: str = ""


def read_measurements(report: Dataset) -> list[Measurement]:
    """Return the measurements of a report in its order; what is no number on an image is left out."""
    groups = (item for item in walk(report) if name_of(item) == _GROUP)
    found = [each for group in groups for each in _read_group(group)]
    return found[:_MOST]


def read_observer(report: Dataset) -> str:
    """Return the person who says that they observed what a document holds (TID 1003), or nothing."""
    for item in walk(report):
        if name_of(item) == _OBSERVER:
            name = text_of(item, "PersonName").partition("=")[0]
            spoken = " ".join(name.replace("^", " ").split())
            return "" if "unknown" in spoken.lower() else spoken
    return ""


def _read_group(group: Dataset) -> Iterator[Measurement]:
    items = list(walk(group))
    said = {name_of(item): item for item in reversed(items)}
    site = next((meaning_of(item) for item in items if name_of(item) in _SITE), "")
    image = _find_image(items)
    if image is None:
        return
    label = meaning_of(said.get(_FINDING)) or _label_of(said.get(_TRACKING))
    common = {
        "label": label,
        "sop_instance_uid": image[0],
        "frame": image[1],
        "tracking_uid": text_of(said.get(_TRACKING_UID), "UID"),
        "site": site,
    }
    numbers = [each for item in items if (each := _read_number(item)) is not None]
    for name, meaning, value, unit in numbers:
        yield Measurement(name=name, meaning=meaning, value=value, unit=unit, **common)  # type: ignore[arg-type]
    if not numbers:
        yield Measurement(name="", meaning="", value=None, unit="", **common)  # type: ignore[arg-type]


def _read_number(item: Dataset) -> tuple[str, str, float, str] | None:
    measured = first(item, "MeasuredValueSequence") if item.get("ValueType") == "NUM" else None
    if measured is None:
        return None
    try:
        value = float(str(measured.get("NumericValue")))
    except ValueError:
        return None
    unit = code_value(first(measured, "MeasurementUnitsCodeSequence"))
    return name_of(item), meaning_of(item, "ConceptNameCodeSequence"), value, unit


def _find_image(items: list[Dataset]) -> tuple[str, int] | None:
    """Return the image that a group is about: the one under its coordinates, or the one it names."""
    for item in items:
        reference = first(item, "ReferencedSOPSequence") if item.get("ValueType") == "IMAGE" else None
        if reference is not None:
            return text_of(reference, "ReferencedSOPInstanceUID"), frame_of(reference)
    return None


def frame_of(reference: Dataset) -> int:
    """Return the first frame that a reference names (PS3.3 table 10-3), 1 where it names none."""
    text = str(reference.get("ReferencedFrameNumber") or "1").strip("[]").split(",")[0].split("\\")[0]
    return int(text) if text.strip().isdigit() and int(text) > 0 else 1


def _label_of(tracking: Dataset | None) -> str:
    """Return a tracking identifier written by a person; a tool's own name says nothing."""
    text = text_of(tracking, "TextValue")
    return "" if ":" in text else text
