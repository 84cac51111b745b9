"""Compare a part with the digest that its sender announces: damage on the way is seen (RFC 9530 §2)."""

import base64
import binascii
import hashlib
import re
from pathlib import Path

_SHA_256 = re.compile(r"(?:^|,)\s*sha-256=:([A-Za-z0-9+/]+=*):", re.ASCII)


def is_as_announced(path: Path, content_digest: str) -> bool:
    """Say whether a file has the SHA-256 of a ``Content-Digest``; where none can be read, nothing is said."""
    announced = _read_sha256(content_digest)
    if announced is None:
        return True
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").digest() == announced


def _read_sha256(content_digest: str) -> bytes | None:
    found = _SHA_256.search(content_digest)
    try:
        return base64.b64decode(found[1], validate=True) if found else None
    except binascii.Error:
        return None
