"""What a copy of a study holds: how it is encoded, and what could not be done for some of its files."""

from dataclasses import dataclass, field
from enum import StrEnum


class Encoding(StrEnum):
    """How the objects of a copy are encoded: readable anywhere, or as the platform keeps them."""

    NATIVE = "native"
    STORED = "stored"


@dataclass
class Tally:
    """The files of a copy, counted as they are written."""

    encoding: Encoding
    files: int = 0
    left_as_stored: int = 0
    unlisted: list[str] = field(default_factory=list)
