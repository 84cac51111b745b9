"""What a message says otherwise than an identity on record: what it does not say is no difference (R40)."""

from collections.abc import Mapping

from diaphane.kernel.identifiers import is_phone_number
from diaphane.kernel.words import fold
from diaphane.patients.correcting import STRICT
from diaphane.patients.models import UNKNOWN_PLACE, Patient
from diaphane_exchange.hl7v2.adt import Person

_NAMES = ("birth_name", "first_names", "used_name")


def traits_said(person: Person) -> dict[str, str]:
    """Return the traits that a message says, as an identity spells them."""
    said = {
        "birth_name": person.birth_name,
        "first_names": person.first_names,
        "used_name": person.used_name,
        "sex": person.sex,
        "birth_date": person.birth_date.isoformat() if person.birth_date else "",
        "birth_place_code": "" if person.birth_place_code == UNKNOWN_PLACE else person.birth_place_code,
        "phone": person.phone if is_phone_number(person.phone) else "",
    }
    return {name: value for name, value in said.items() if value}


def list_changes(patient: Patient, said: Mapping[str, str]) -> dict[str, str]:
    """Return the traits that differ; case, accents and a shorter list of given names are no difference."""
    return {name: new for name, new in said.items() if not _agrees(name, str(getattr(patient, name)), new)}


def is_strict(changes: Mapping[str, str]) -> bool:
    """Say whether a strict trait of identitovigilance is among them."""
    return bool(set(changes) & set(STRICT))


def was_put_right(patient: Patient, changes: Mapping[str, str]) -> bool:
    """Say whether a message would bring back what a correction has replaced."""
    return any(
        _agrees(name, correction.before.get(name, ""), new)
        for correction in patient.corrections.all()
        for name, new in changes.items()
        if name in correction.before
    )


def _agrees(name: str, ours: str, theirs: str) -> bool:
    if name not in _NAMES:
        return ours == theirs
    one, other = fold(ours), fold(theirs)
    return one == other or (name == "first_names" and f"{one} ".startswith(f"{other} "))
