"""Write the DICOM JSON model of a few attributes (PS3.18 annex F)."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from json.encoder import encode_basestring_ascii

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


class Writer:
    """Write the same attributes of many data sets, as text at once: a page of a search has thousands."""

    def __init__(self, *keywords: str) -> None:
        found = sorted((*_look_up(keyword), place) for place, keyword in enumerate(keywords))
        self._parts = [
            (f'"{tag}":{{"vr":"{vr}"', _SPELLINGS.get(vr, _spell), place) for tag, vr, place in found
        ]

    def write(self, *values: str | int | list[str]) -> str:
        """Write one data set from its values, in the order of the keywords; what is empty is present."""
        return (
            "{"
            + ",".join(
                f'{start},"Value":[{spell(values[place])}]}}'
                if values[place] not in _NOTHING
                else f"{start}}}"
                for start, spell, place in self._parts
            )
            + "}"
        )


def _spell(value: str | int | list[str]) -> str:
    if isinstance(value, list):
        return ",".join(map(encode_basestring_ascii, value))
    return encode_basestring_ascii(value) if isinstance(value, str) else str(value)


def _spell_name(value: str | int | list[str]) -> str:
    return json.dumps(_person_name(str(value)))


_NOTHING: tuple[object, ...] = ("", [])
_SPELLINGS = {"PN": _spell_name}


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
