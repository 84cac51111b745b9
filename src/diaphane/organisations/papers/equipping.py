"""Keep the list of a site's equipment: each piece, its checks, and when the next one is due (R23)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from diaphane.audit.operations import Subject, record
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError, GuardError, Missing, NotAllowedError, Text
from diaphane.kernel.rights import may
from diaphane.organisations.models import Equipment, EquipmentCheck
from diaphane.organisations.standings import SOON


@dataclass(frozen=True)
class CheckTerms:
    """What a check found, who made it, and when the next one is due."""

    done_on: date | None
    next_on: date | None
    outcome: str
    checker: str
    words: str = ""


@dataclass(frozen=True)
class EquipmentLine:
    """One piece of equipment, its last check, and how it stands on a day."""

    equipment: Equipment
    last: EquipmentCheck | None
    tone: str
    words: Text


def add_equipment(*, kind: str, name: str, reference: str, place: str, by: Actor, at: datetime) -> Equipment:
    """Add a piece of equipment to the list of one's own site.

    Raises:
        NotAllowedError: the role keeps no list, or speaks for no site.
        GuardError, ConflictError: no name, no kind, or a name that is listed already.
    """
    site_id = _check_may(by)
    gaps = [
        (_("What it is"), "kind", kind in Equipment.Kind.values),
        (_("Its name"), "name", bool(name.strip())),
    ]
    _refuse(gaps)
    words = {"name": name.strip(), "reference": reference.strip(), "place": place.strip()}
    try:
        with transaction.atomic():
            made = Equipment.objects.create(site_id=site_id, kind=kind, listed_at=at, **words)
            record("equipment.listed", by=by, at=at, subject=Subject("equipment", made.pk))
    except IntegrityError as error:
        raise ConflictError(_("A piece of equipment of this name is listed already.")) from error
    return made


def record_check(*, equipment_id: UUID, terms: CheckTerms, by: Actor, at: datetime) -> EquipmentCheck:
    """Write a check; earlier ones stay.

    Raises:
        NotAllowedError: the role keeps no list.
        Equipment.DoesNotExist: not of the actor's site, or no longer used.
        GuardError: dates that cannot be, no outcome, or nobody's name.
    """
    _check_may(by)
    today = timezone.localdate(at)
    done, following = terms.done_on, terms.next_on
    gaps = [
        (_("The day of the check, not in the future"), "done_on", done is not None and done <= today),
        (
            _("When the next check is due, after this one"),
            "next_on",
            following is not None and (done is None or following > done),
        ),
        (_("What the check found"), "outcome", terms.outcome in EquipmentCheck.Outcome.values),
        (_("Who made the check"), "checker", bool(terms.checker.strip())),
    ]
    _refuse(gaps)
    with transaction.atomic():
        held = _get_own(equipment_id, by)
        made = EquipmentCheck.objects.create(
            equipment=held,
            done_on=done or today,
            next_on=following or today,
            outcome=terms.outcome,
            checker=terms.checker.strip(),
            words=terms.words.strip(),
            recorded_by_id=by.id,
            recorded_by_label=by.label,
            recorded_at=at,
        )
        record("equipment.checked", by=by, at=at, subject=Subject("equipment", held.pk))
    return made


def remove_equipment(*, equipment_id: UUID, reason: str, by: Actor, at: datetime) -> None:
    """Say that a piece of equipment is no longer used, and why; its checks stay readable.

    Raises:
        NotAllowedError, Equipment.DoesNotExist: as for a check.
        GuardError: no reason.
    """
    _check_may(by)
    _refuse([(_("Why it is no longer used"), "reason", bool(reason.strip()))])
    with transaction.atomic():
        held = _get_own(equipment_id, by)
        held.removed_at, held.removed_reason = at, reason.strip()
        held.save(update_fields=["removed_at", "removed_reason"])
        record("equipment.removed", by=by, at=at, subject=Subject("equipment", held.pk))


def stand_equipment(site_id: UUID, *, on: date) -> list[EquipmentLine]:
    """List the equipment of a site that is in use, with its last check and how it stands."""
    found = Equipment.objects.filter(site_id=site_id, removed_at=None).prefetch_related("checks")
    return [_stand(each, on) for each in found]


def _stand(equipment: Equipment, on: date) -> EquipmentLine:
    last = next(iter(equipment.checks.all()), None)  # the last one first, by its ordering
    if last is None:
        return EquipmentLine(equipment, None, "stop", _("Never checked"))
    if last.outcome == EquipmentCheck.Outcome.UNFIT:
        return EquipmentLine(equipment, last, "stop", EquipmentCheck.Outcome.UNFIT.label)
    if last.is_overdue(on):
        return EquipmentLine(equipment, last, "stop", _("Check overdue"))
    if (last.next_on - on).days <= SOON:
        return EquipmentLine(equipment, last, "care", _("Check due soon"))
    tone = "good" if last.outcome == EquipmentCheck.Outcome.FIT else "note"
    return EquipmentLine(equipment, last, tone, EquipmentCheck.Outcome(last.outcome).label)


def _check_may(by: Actor) -> UUID:
    if not may(by, "equipment.keep") or by.structure_id is None:
        raise NotAllowedError(_("The equipment list is kept by the site’s technologists and administrator."))
    return by.structure_id


def _get_own(equipment_id: UUID, by: Actor) -> Equipment:
    own = Equipment.objects.filter(site_id=by.structure_id, removed_at=None)
    return own.select_for_update(of=("self",)).get(pk=equipment_id)


def _refuse(gaps: Sequence[tuple[Text, str, bool]]) -> None:
    missing = [Missing("R23", what, _("You"), field=field) for what, field, holds in gaps if not holds]
    if missing:
        raise GuardError(_("This cannot be written."), missing)
