"""How resources of one bundle name each other (FHIR R4, Bundle)."""

from typing import Any
from uuid import UUID

Resource = dict[str, Any]


def urn(pk: UUID) -> str:
    """Return the address of a resource inside its bundle."""
    return f"urn:uuid:{pk}"


def refer(pk: UUID) -> Resource:
    """Return a reference to a resource of the same bundle."""
    return {"reference": urn(pk)}


def say(text: object) -> Resource:
    """Return a concept said in words."""
    return {"text": str(text)}
