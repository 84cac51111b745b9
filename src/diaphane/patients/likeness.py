"""Compare two identities trait by trait, and say why they may be one person (R40)."""

from datetime import date
from difflib import SequenceMatcher

from diaphane.kernel.words import fold

from .models import IdentityPair, Patient
from .sounds import sound_of

_CLOSE = 0.8
_Reason = IdentityPair.Reason


def is_close(one: str, other: str) -> bool:
    """Say whether two folded names differ by a letter or two, or sound alike, or one begins the other."""
    if not one or not other:
        return False
    sounds = {sound_of(one.replace(" ", "")), sound_of(other.replace(" ", ""))}
    starts = one.startswith(f"{other} ") or other.startswith(f"{one} ")
    return (
        starts or (len(sounds) == 1 and sounds != {""}) or SequenceMatcher(None, one, other).ratio() >= _CLOSE
    )


def is_close_date(one: date, other: date) -> bool:
    """Say whether day and month are swapped, or one figure differs."""
    if (one.year, one.month, one.day) == (other.year, other.day, other.month):
        return True
    pairs = zip(f"{one:%Y%m%d}", f"{other:%Y%m%d}", strict=True)
    return sum(first != second for first, second in pairs) <= 1


def list_reasons(one: Patient, other: Patient) -> list[str]:
    """List why two identities may be one person; empty when nothing says so, or nobody knows one of them."""
    if one.is_unidentified or other.is_unidentified:
        return []
    if one.birth_date != other.birth_date:
        same = _names(one)[:2] == _names(other)[:2] and is_close_date(one.birth_date, other.birth_date)
        return [_Reason.CLOSE_DATE.value] if same else []
    name, given, used = _names(one)
    other_name, other_given, other_used = _names(other)
    same_name, same_given = name == other_name, given == other_given
    found = {
        _Reason.SAME_TRAITS: same_name and same_given,
        _Reason.CLOSE_GIVEN_NAME: same_name and not same_given and is_close(given, other_given),
        _Reason.CLOSE_NAME: same_given and not same_name and is_close(name, other_name),
        _Reason.USED_NAME: same_given
        and not same_name
        and bool({name, used} & {other_name, other_used} - {""}),
        _Reason.SWAPPED: name == other_given and given == other_name,
    }
    return [reason.value for reason, holds in found.items() if holds]


def has_same_traits(one: Patient, other: Patient) -> bool:
    """Say whether name, first given name, sex and birth date are the same: what an INS must be linked on."""
    return (*_names(one)[:2], one.sex, one.birth_date) == (*_names(other)[:2], other.sex, other.birth_date)


def _names(patient: Patient) -> tuple[str, str, str]:
    return fold(patient.birth_name), fold(patient.first_names.split(" ")[0]), fold(patient.used_name)
