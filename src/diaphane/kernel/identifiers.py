"""Identifiers: UUIDv7 inside, the standards' outside (INS, RPPS, FINESS)."""

import re
import secrets
import time
from uuid import UUID

INS_TEST_OIDS = {"1.2.250.1.213.1.4.10": "NIR de test", "1.2.250.1.213.1.4.11": "NIR de démonstration"}
INS_OIDS = {"1.2.250.1.213.1.4.8": "NIR", "1.2.250.1.213.1.4.9": "NIA", **INS_TEST_OIDS}

_PHONE_PATTERN = re.compile(r"\(?\+?[0-9][0-9 .()/-]{2,}(?:,? ?(?:poste|p\.) ?[0-9]{1,6})?", re.IGNORECASE)
_INSEE_PATTERN = re.compile(r"(?:0[1-9]|[1-8]\d|9[0-5]|2[AB])\d{3}|97[1-8]\d{2}|98\d{3}|99\d{3}")
_INS_PATTERN = re.compile(r"[0-9]{6}[0-9AB][0-9]{6}[0-9]{2}")


def uuid7() -> UUID:
    """Return a time-ordered UUID (RFC 9562 §5.7): milliseconds, 12 bits below them (§6.2), 62 random bits."""
    milliseconds, rest = divmod(time.time_ns(), 1_000_000)
    fraction = rest * 4096 // 1_000_000
    return UUID(int=milliseconds << 80 | 0x7 << 76 | fraction << 64 | 0x2 << 62 | secrets.randbits(62))


def ins_key(nir: str) -> str:
    """Return the two-digit key of a 13-character NIR: 97 − (NIR mod 97); Corsica 2A→19, 2B→18."""
    digits = nir.replace("2A", "19").replace("2B", "18")
    return f"{97 - int(digits) % 97:02d}"


def is_valid_ins(ins: str) -> bool:
    """Say whether the 15 characters are well formed and their key is right (R40)."""
    return bool(_INS_PATTERN.fullmatch(ins)) and _nir_is_numeric(ins[:13]) and ins_key(ins[:13]) == ins[13:]


def _nir_is_numeric(nir: str) -> bool:
    return nir.replace("2A", "19").replace("2B", "18").isdigit()


def luhn_is_valid(number: str) -> bool:
    """Say whether a string of digits passes Luhn's check."""
    if not number.isdigit():
        return False
    total = 0
    for position, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if position % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def is_valid_rpps(rpps: str) -> bool:
    """Say whether an RPPS number has 11 digits and a right Luhn key."""
    return len(rpps) == 11 and luhn_is_valid(rpps)


def is_valid_finess(finess: str) -> bool:
    """Say whether a FINESS number has 9 digits and a right Luhn key."""
    return len(finess) == 9 and luhn_is_valid(finess)


def is_insee_code(code: str) -> bool:
    """Say whether a code is formed as INSEE forms those of communes and countries."""
    return bool(_INSEE_PATTERN.fullmatch(code))


def is_phone_number(text: str) -> bool:
    """Say whether a text can be dialled: four digits at least, an inside extension («poste 12») allowed."""
    return bool(_PHONE_PATTERN.fullmatch(text)) and sum(character.isdigit() for character in text) >= 4
