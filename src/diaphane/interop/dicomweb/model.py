"""Write the DICOM JSON model of a few attributes (PS3.18 annex F)."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from json.encoder import encode_basestring_ascii
from operator import itemgetter

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
    """Write the same attributes of many data sets, as text at once: a page of a search has thousands.

    ``constants`` are the same in each of them; the others are given in the order of ``keywords``.
    """

    def __init__(self, *keywords: str, **constants: str) -> None:
        places = {keyword: place for place, keyword in enumerate(keywords)}
        cells, chosen = [], []
        for tag, vr, keyword in sorted((*_look_up(each), each) for each in (*keywords, *constants)):
            if keyword in constants:
                spelt = _spell(constants[keyword]).replace("%", "%%")
            else:
                spelt = "%s"
                chosen.append((places[keyword], _SPELLINGS.get(vr, _spell)))
            cells.append(f'"{tag}":{{"vr":"{vr}"{spelt}}}')
        self._frame = "{" + ",".join(cells) + "}"
        self._take = itemgetter(*(place for place, _spelling in chosen))
        self._spellings = [spelling for _place, spelling in chosen]

    def write(self, *values: str | int | list[str]) -> str:
        """Write one data set from its values; what is empty is present."""
        spelt = [spell(value) for spell, value in zip(self._spellings, self._take(values), strict=True)]
        return self._frame % tuple(spelt)


def _spell(value: str | int | list[str]) -> str:
    if isinstance(value, str):
        return f',"Value":[{encode_basestring_ascii(value)}]' if value else ""
    if isinstance(value, list):
        return f',"Value":[{",".join(map(encode_basestring_ascii, value))}]' if value else ""
    return f',"Value":[{value}]'


def _spell_name(value: str | int | list[str]) -> str:
    name = str(value)
    if not name:
        return ""
    if "=" in name:
        return f',"Value":[{json.dumps(_person_name(name))}]'
    return f',"Value":[{{"Alphabetic":{encode_basestring_ascii(name)}}}]'


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
