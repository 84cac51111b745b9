"""The two secrets of a link: a key that travels by mail, a code that is said aloud. Neither is kept."""

import secrets

from diaphane.accounts.operations import digest_of as digest_of
from diaphane.accounts.spoken_codes import hash_code as hash_code
from diaphane.accounts.spoken_codes import is_code as is_code
from diaphane.accounts.spoken_codes import is_well_formed as is_well_formed
from diaphane.accounts.spoken_codes import make_code as make_code
from diaphane.accounts.spoken_codes import plain as plain

KEY_BYTES = 32


def make_key() -> str:
    """Return a new random key (256 bits), fit for an address."""
    return secrets.token_urlsafe(KEY_BYTES)
