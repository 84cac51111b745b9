"""Read the JSON that a gateway sends, value by value: what is not of the agreed form is refused (400)."""

import json
from collections.abc import Mapping

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest

LARGEST_NUMBER = 2**31 - 1


class MalformedBodyError(ValueError):
    """What the gateway says is not of the agreed form."""


def read_body(request: HttpRequest) -> Mapping[str, object]:
    """Read the object that a request holds.

    Raises:
        MalformedBodyError
    """
    try:
        content: object = json.loads(request.body)
    except (ValueError, RecursionError, RequestDataTooBig) as error:
        raise MalformedBodyError from error
    return read_object(content)


def read_object(value: object) -> Mapping[str, object]:
    """Read an object.

    Raises:
        MalformedBodyError
    """
    if not isinstance(value, dict):
        raise MalformedBodyError
    return value


def read_list(value: object, *, most: int | None = None) -> list[object]:
    """Read a list, of so many values at most.

    Raises:
        MalformedBodyError
    """
    if not isinstance(value, list) or (most is not None and len(value) > most):
        raise MalformedBodyError
    return value


def read_text(value: object) -> str:
    """Read a text, without the NUL that the database does not keep.

    Raises:
        MalformedBodyError
    """
    if not isinstance(value, str):
        raise MalformedBodyError
    return value.replace("\0", "")


def read_count(value: object, *, largest: int = LARGEST_NUMBER) -> int:
    """Read a number of things, none when it is not said; a fraction is cut.

    Raises:
        MalformedBodyError
    """
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= largest:
        raise MalformedBodyError
    return int(value)
