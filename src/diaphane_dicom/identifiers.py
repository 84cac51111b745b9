"""Check and make unique identifiers (PS3.5 §9)."""

import re
import uuid

MAXIMUM_LENGTH = 64
IMPLEMENTATION_CLASS_UID = "2.25.216352946130183570926436716214873352861"
IMPLEMENTATION_VERSION_NAME = "DIAPHANE_0.1"

_COMPONENTS = re.compile(r"(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))+", re.ASCII)


def is_valid_uid(text: str) -> bool:
    """Tell whether a text is a UID: dotted numbers without leading zeros, 64 characters at most."""
    return len(text) <= MAXIMUM_LENGTH and _COMPONENTS.fullmatch(text) is not None


def new_uid() -> str:
    """Make a UID from a random UUID (PS3.5 §B.2): unique without a registered root."""
    return f"2.25.{uuid.uuid4().int}"
