"""Create a structure, and the sites of one: FINESS is checked, a doubtful commune only said (R10, R18)."""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from diaphane.audit.operations import Subject, record
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import GuardError, Missing, NotAllowedError, Text
from diaphane.kernel.identifiers import is_insee_code, is_phone_number, is_valid_finess
from diaphane.kernel.rights import may

from .holidays_of import HolidayZone
from .models import Structure

_ISSUER = re.compile(r"[A-Z0-9][A-Z0-9_-]{1,63}")


@dataclass(frozen=True)
class Foundation:
    """What is written of a structure when it is created; ``part_of_id`` makes it a site of another."""

    name: str
    finess: str
    issuer: str
    city: str = ""
    commune: str = ""
    phone: str = ""
    holiday_zone: str = ""
    part_of_id: UUID | None = None


def create_structure(*, foundation: Foundation, by: Actor, at: datetime) -> Structure:
    """Create a structure or a site; nobody works there until roles are given.

    Raises:
        NotAllowedError: not who runs the platform.
        GuardError: a wrong FINESS key, or a name, a number or an issuer that another structure has.
    """
    if not may(by, "structure.create"):
        raise NotAllowedError(_("Only the platform’s administrator creates a structure."))
    given = foundation
    try:
        with transaction.atomic():
            if missing := _weigh(given):
                raise GuardError(_("This structure cannot be created."), missing)
            made = Structure.objects.create(
                name=given.name.strip(),
                finess=given.finess,
                issuer=given.issuer,
                city=given.city.strip(),
                commune=given.commune,
                phone=given.phone,
                holiday_zone=given.holiday_zone,
                part_of_id=given.part_of_id,
            )
            record("structure.created", by=by, at=at, subject=Subject("structure", made.pk))
    except IntegrityError as error:  # another one took the name or the number meanwhile
        raise GuardError(_("This structure cannot be created."), _weigh(given)) from error
    return made


def list_doubts(structure: Structure) -> list[Text]:
    """Say what looks wrong in a structure without being refused: a commune that INSEE does not know."""
    if structure.commune and not is_insee_code(structure.commune):
        return [_("This commune is no INSEE code: five characters, the department first.")]
    return []


def _weigh(given: Foundation) -> list[Missing]:
    parent = Structure.objects.filter(pk=given.part_of_id).first() if given.part_of_id else None
    named = Structure.objects.filter(name=given.name.strip())
    gaps = (
        (_("A name that no other structure has"), "name", bool(given.name.strip()) and not named.exists()),
        (_("A FINESS number of 9 digits, with its right key"), "finess", is_valid_finess(given.finess)),
        (
            _("A number of its own: another structure has this FINESS"),
            "finess",
            not Structure.objects.filter(finess=given.finess).exists(),
        ),
        (
            _("An issuer of its own: capitals, digits, dashes, 64 characters at most"),
            "issuer",
            bool(_ISSUER.fullmatch(given.issuer))
            and not Structure.objects.filter(issuer=given.issuer).exists(),
        ),
        (
            _("A telephone number that can be dialled"),
            "phone",
            not given.phone or is_phone_number(given.phone),
        ),
        (_("A territory of the list"), "holiday_zone", given.holiday_zone in HolidayZone.values),
        (
            _("A structure that is no site itself"),
            "part_of",
            given.part_of_id is None or (parent is not None and parent.part_of_id is None),
        ),
    )
    return [Missing("R18", what, _("You"), field=field) for what, field, holds in gaps if not holds]
