"""Write the DICOM JSON model of a few attributes (PS3.18 annex F)."""

from collections.abc import Mapping, Sequence
from functools import cache

from pydicom.datadict import dictionary_VR, tag_for_keyword

Value = str | int | None
Attribute = dict[str, object]
Model = dict[str, Attribute]


def describe(values: Mapping[str, Value | Sequence[Value] | Sequence[Model]]) -> Model:
    """Return a data set from values by keyword; an attribute without a value is present and empty."""
    model = {}
    for keyword, value in values.items():
        tag, vr = _look_up(keyword)
        model[tag] = _attribute(vr, value)
    return dict(sorted(model.items()))


@cache
def _look_up(keyword: str) -> tuple[str, str]:
    """Return the tag, in hexadecimal, and the value representation of an attribute."""
    tag = tag_for_keyword(keyword)
    if tag is None:
        raise KeyError(keyword)
    return f"{tag:08X}", dictionary_VR(tag)


def _attribute(vr: str, value: Value | Sequence[Value] | Sequence[Model]) -> Attribute:
    values = [value] if isinstance(value, str | int) or value is None else list(value)
    present: list[object] = [each for each in values if each not in (None, "")]
    if not present:
        return {"vr": vr}
    if vr == "PN":
        present = [_person_name(str(each)) for each in present]
    return {"vr": vr, "Value": present}


def _person_name(text: str) -> dict[str, str]:
    """Split the representations of a name (PS3.5 §6.2.1)."""
    groups = zip(("Alphabetic", "Ideographic", "Phonetic"), text.split("="), strict=False)
    return {name: group for name, group in groups if group}
