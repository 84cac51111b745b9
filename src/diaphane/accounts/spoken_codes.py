"""Codes that a person reads on paper and types: Crockford's letters, two groups of four, kept hashed."""

import re
import secrets

from django.contrib.auth.hashers import check_password, make_password

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 8
_ALIKE = str.maketrans("OIL", "011")


def make_code() -> str:
    """Return a new code (40 bits), as it is printed."""
    letters = "".join(secrets.choice(_LETTERS) for _n in range(_LENGTH))
    return f"{letters[:4]}-{letters[4:]}"


def hash_code(code: str) -> str:
    """Return what recognises a code: slow to guess from, unlike a digest, for a code is short."""
    return make_password(plain(code))


def is_code(code: str, hashed: str) -> bool:
    """Say whether this is the code that was given."""
    return check_password(plain(code), hashed)


def is_well_formed(code: str) -> bool:
    """Say whether this could be a code at all: what is not is no try."""
    typed = plain(code)
    return len(typed) == _LENGTH and all(letter in _LETTERS for letter in typed)


def plain(code: str) -> str:
    """Return a code without what a person adds or confuses: dashes, spaces, case, O for 0, I and L for 1."""
    return re.sub(r"[\s-]", "", code).upper().translate(_ALIKE)
