"""Read the elements of a FHIR resource, each refused where it stands (FHIR R4, JSON)."""

import json
from collections.abc import Iterator, Mapping

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.utils.translation import gettext as _

from .outcomes import OutcomeError

Element = Mapping[str, object]
MOST_ITEMS = 200


def read_resource(request: HttpRequest, kind: str) -> Element:
    """Read the resource of a body. Raises OutcomeError."""
    try:
        content: object = json.loads(request.body)
    except (ValueError, RecursionError, RequestDataTooBig) as error:
        raise OutcomeError(_("The body is no JSON that can be read."), kind, code="structure") from error
    found = _object(content, kind)
    if found.get("resourceType") != kind:
        raise OutcomeError(_("A %(kind)s is expected.") % {"kind": kind}, kind, code="structure")
    return found


def read_text(element: Element, name: str, where: str) -> str:
    """Read a text; an empty one when it is absent. Raises OutcomeError."""
    value = element.get(name, "")
    if not isinstance(value, str):
        raise OutcomeError(_("A text is expected."), f"{where}.{name}", code="structure")
    return value.replace("\0", "").strip()


def read_element(element: Element, name: str, where: str) -> Element:
    """Read an element; an empty one when it is absent. Raises OutcomeError."""
    return _object(element.get(name, {}), f"{where}.{name}")


def iter_elements(element: Element, name: str, where: str) -> Iterator[tuple[Element, str]]:
    """Yield the elements of a list, each with where it stands. Raises OutcomeError."""
    value = element.get(name, [])
    if not isinstance(value, list) or len(value) > MOST_ITEMS:
        raise OutcomeError(_("A list is expected."), f"{where}.{name}", code="structure")
    for position, each in enumerate(value):
        place = f"{where}.{name}[{position}]"
        yield _object(each, place), place


def iter_coded(element: Element, name: str, where: str) -> Iterator[tuple[str, str]]:
    """Yield the system and the code of each coding of a CodeableConcept. Raises OutcomeError."""
    for each, place in iter_elements(read_element(element, name, where), "coding", f"{where}.{name}"):
        yield read_text(each, "system", place), read_text(each, "code", place)


def read_value(answer: Element, where: str) -> str:
    """Read the value of an answer: a text, a coding, a number. Raises OutcomeError."""
    for name in ("valueString", "valueCoding", "valueInteger", "valueDecimal"):
        value = answer.get(name)
        if value is None:
            continue
        if name == "valueCoding":
            return read_text(_object(value, f"{where}.{name}"), "code", f"{where}.{name}")
        if name == "valueString":
            return read_text(answer, name, where)
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 10**9:
            return f"{value:g}"
        raise OutcomeError(_("A number is expected."), f"{where}.{name}", code="structure")
    raise OutcomeError(_("A text, a code or a number is expected."), where, code="value")


def _object(value: object, where: str) -> Element:
    if not isinstance(value, dict):
        raise OutcomeError(_("An object is expected."), where, code="structure")
    return value
