"""What a trait must be to be kept, and why it is refused, in words for a person (R40)."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from diaphane.kernel.identifiers import is_phone_number, is_valid_ins

OLDEST_YEARS = 125
Checks = Mapping[str, Callable[[Any], None]]


def check_together(held: object, checks: Checks) -> None:
    """Refuse what is wrong with the fields of a row that are filled, all of it at once.

    Raises:
        ValidationError: the refusals, by field.
    """
    refused = {}
    for field, check in checks.items():
        try:
            if value := getattr(held, field):
                check(value)
        except ValidationError as refusal:
            refused[field] = refusal
    if refused:
        raise ValidationError(refused)


def validate_ins(value: str) -> None:
    """Refuse an INS whose shape or key is wrong."""
    if not is_valid_ins(value):
        raise ValidationError(_("This INS is not valid: 15 characters, the last two are its key."))


def validate_birth_date(value: date, *, on: date) -> None:
    """Refuse a birth in the future, or longer ago than anyone has lived."""
    if value > on:
        raise ValidationError(_("This birth date is in the future."))
    if on.year - value.year > OLDEST_YEARS:
        words = _("This birth date is more than %(years)d years ago.")
        raise ValidationError(words % {"years": OLDEST_YEARS})


def validate_death_date(value: date, *, born: date | None, on: date) -> None:
    """Refuse a death before the birth, or in the future."""
    if value > on or (born is not None and value < born):
        raise ValidationError(_("A death is after the birth, and not in the future."))


def validate_name(value: str) -> None:
    """Refuse a name without a letter: a number, a full stop."""
    if not any(character.isalpha() for character in value):
        raise ValidationError(_("A name is written with letters."))


def validate_phone(value: str) -> None:
    """Refuse a telephone that cannot be dialled."""
    if not is_phone_number(value):
        raise ValidationError(_("A telephone number has digits, four at least."))
