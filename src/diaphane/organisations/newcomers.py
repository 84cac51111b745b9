"""Who gets an account: one person, one address, one RPPS, one account (R18)."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from diaphane.accounts.models import AccessSheet, Professional, User
from diaphane.kernel.errors import Missing
from diaphane.kernel.identifiers import is_phone_number, is_valid_rpps


@dataclass(frozen=True)
class Newcomer:
    """What is written of a person when their account is opened; who has no RPPS number has none here."""

    name: str
    email: str
    rpps: str = ""
    speciality: str = ""
    phone: str = ""


def find_known(*, email: str = "", rpps: str = "") -> User | None:
    """Return the professional's account that has exactly this address or this number, closed ones too."""
    people = User.objects.filter(patient_id=None)
    if rpps:
        return people.filter(professional__rpps=rpps).first()
    return people.filter(email=email.strip().lower()).first() if email.strip() else None


def weigh_newcomer(newcomer: Newcomer) -> list[Missing]:
    """List what keeps an account from being opened; an address that a patient comes in by is taken too."""
    email, rpps = newcomer.email.strip().lower(), newcomer.rpps
    is_taken = User.objects.filter(email=email).exists()
    is_taken = is_taken or AccessSheet.objects.filter(email=email, revoked_at=None).exists()
    gaps = (
        (_("A name"), "name", bool(newcomer.name.strip())),
        (_("A right e-mail address"), "email", _is_email(email)),
        (
            _("An address of their own: an account has this one. Give that person a role instead"),
            "email",
            not is_taken,
        ),
        (_("An RPPS number of 11 digits, with its right key"), "rpps", not rpps or is_valid_rpps(rpps)),
        (
            _(
                "A number of their own: an account has this RPPS, and a person has one account. Give that "
                "person a role instead"
            ),
            "rpps",
            not rpps or not Professional.objects.filter(rpps=rpps).exists(),
        ),
        (_("A speciality, or a profession"), "speciality", not rpps or bool(newcomer.speciality.strip())),
        (
            _("A telephone number that can be dialled"),
            "phone",
            not newcomer.phone or is_phone_number(newcomer.phone),
        ),
    )
    return [Missing("R18", what, _("You"), field=field) for what, field, holds in gaps if not holds]


def _is_email(email: str) -> bool:
    try:
        validate_email(email)
    except ValidationError:
        return False
    return True
