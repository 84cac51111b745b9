"""What looks wrong in an identity without being refused: said, for a person to check (R40)."""

from django.utils.translation import gettext as _

from diaphane.kernel.identifiers import is_insee_code

from .models import UNKNOWN_PLACE, Patient

_SEX_DIGITS = {"1": "M", "7": "M", "3": "M", "2": "F", "8": "F", "4": "F"}
_REAL_MONTHS = {f"{month:02d}" for month in range(1, 13)}


def list_warnings(patient: Patient) -> list[str]:
    """List what to check: an unknown birth place, an INS that says another sex or another birth month."""
    return [*_warn_of_place(patient.birth_place_code), *_warn_of_ins(patient)]


def _warn_of_place(code: str) -> list[str]:
    """Warn of a code that INSEE does not know; the INS of former departments stays as it was given."""
    if code == UNKNOWN_PLACE:
        return [_("The birth place is not known: the national service will ask for it.")]
    if not is_insee_code(code):
        return [_("This birth place is no INSEE code: five characters, the department first.")]
    return []


def _warn_of_ins(patient: Patient) -> list[str]:
    """Compare the INS with the traits: sex, then year and month of birth where the month is a real one."""
    if not patient.ins:
        return []
    found = []
    sex = _SEX_DIGITS.get(patient.ins[0])
    if sex and patient.sex in {"F", "M"} and sex != patient.sex:
        found.append(_("The INS says another sex."))
    if patient.ins[3:5] in _REAL_MONTHS and patient.ins[1:5] != f"{patient.birth_date:%y%m}":
        found.append(_("The INS says another year or month of birth."))
    return found
