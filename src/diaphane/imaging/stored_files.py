"""Read again one file of the store: an image that is what its name says, a damaged one, or something else."""

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from .keeping import KeptObject, UnreadableObjectError, describe_object, open_as_file
from .storage import make_key

_KEY = re.compile(r"[0-9a-f]{2}/[0-9a-f]{2}/([0-9a-f]{64})\.dcm")
DOCUMENTS = ("reports/", "copies/", "proofs/", "conventions/", "attachments/")
"""Where documents are kept in the same store, which are not this index's: reports, copies of a record, papers
of people and of structures, documents beside a request."""


class Trouble(StrEnum):
    """Why a file of the store is not taken for an image."""

    DAMAGED = "damaged"
    FOREIGN = "foreign"


@dataclass(frozen=True)
class Found:
    """What a key holds: an image, or what is wrong with it."""

    kept: KeptObject | None = None
    trouble: Trouble | None = None


def is_document(key: str) -> bool:
    """Say whether a key is that of a document."""
    return key.startswith(DOCUMENTS)


def read_again(key: str) -> Found:
    """Read a file and compare it with its name.

    Raises:
        FileNotFoundError: it has gone since its key was listed.
        OSError: the store cannot be read.
    """
    name = _KEY.fullmatch(key)
    if name is None or key != make_key(name[1]):
        return Found(trouble=Trouble.FOREIGN)
    with open_as_file(key) as path:
        if _measure(path) != name[1]:
            return Found(trouble=Trouble.DAMAGED)
        try:
            return Found(describe_object(path))
        except UnreadableObjectError:
            return Found(trouble=Trouble.FOREIGN)


def _measure(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
