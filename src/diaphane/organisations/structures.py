"""Change how a structure is reached, and which public holidays its territory keeps."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from diaphane.audit.operations import Subject, record
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import GuardError, Missing, NotAllowedError
from diaphane.kernel.identifiers import is_phone_number
from diaphane.kernel.rights import may, reaches

from .holidays_of import HolidayZone
from .models import Structure


def change_structure(
    *, structure_id: UUID, phone: str, email: str, zone: str, by: Actor, at: datetime
) -> Structure:
    """Write the telephone, the technologist's address and the territory of a structure.

    Raises:
        NotAllowedError: no administrator of this structure.
        GuardError: a telephone that cannot be dialled, or an unknown territory.
    """
    if not (may(by, "structure.change") and reaches(by, structure_id)):
        raise NotAllowedError(_("Only an administrator changes a structure."))
    gaps = (
        (_("A telephone number that can be dialled"), "phone", not phone or is_phone_number(phone)),
        (_("A territory of the list"), "holiday_zone", zone in HolidayZone.values),
    )
    if missing := [Missing("R10", what, _("You"), field=field) for what, field, holds in gaps if not holds]:
        raise GuardError(_("This cannot be written."), missing)
    with transaction.atomic():
        structure = Structure.objects.select_for_update().get(pk=structure_id)
        structure.phone, structure.lead_technologist_email, structure.holiday_zone = phone, email, zone
        structure.save(update_fields=["phone", "lead_technologist_email", "holiday_zone"])
        record("structure.changed", by=by, at=at, subject=Subject("structure", structure.pk))
    return structure
