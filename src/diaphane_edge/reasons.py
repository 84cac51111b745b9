"""Why an object is set aside, as the journal keeps it."""

from enum import StrEnum


class Reason(StrEnum):
    """What a person has to look at. A refusal by the platform is followed by its code."""

    OTHER_CONTENT = "other_content"
    FILE_MISSING = "file_missing"
    FILE_DAMAGED = "file_damaged"
    REFUSED = "refused"


DUPLICATE_INSTANCE = 0x0111
"""The platform holds the object with other content (PS3.18 table I.2-2)."""


def refused(code: int | str) -> str:
    """Return the reason of an object that the platform refuses, with the code of its refusal."""
    return f"{Reason.REFUSED} {code:04X}" if isinstance(code, int) else f"{Reason.REFUSED} {code}"


ASKED_THERE = refused(DUPLICATE_INSTANCE)
"""The platform keeps the object aside and asks a person there: nobody is asked here as well."""
CONFLICTS = frozenset({str(Reason.OTHER_CONTENT), ASKED_THERE})
"""Found to be other content, here or by the platform: sending it again changes nothing."""
