"""Hold a record back from erasure, and let it go: why, who, until when (R.1112-7, R37)."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from diaphane.audit.operations import Subject, record
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError, GuardError, Missing, NotAllowedError
from diaphane.kernel.rights import may
from diaphane.patients.models import Patient
from diaphane.patients.queries import get_patient

from .erasure_models import Erasure
from .hold_models import LegalHold


def hold_patient(*, patient_id: UUID, reason: str, until: date | None, by: Actor, at: datetime) -> LegalHold:
    """Hold the record of a patient of one's site.

    Raises:
        Patient.DoesNotExist: unknown at the actor's site.
        NotAllowedError, GuardError: as for ``hold_record``.
    """
    return _hold(get_patient(patient_id, actor=by), reason, until, by, at)


def hold_record(*, erasure_id: UUID, reason: str, until: date | None, by: Actor, at: datetime) -> LegalHold:
    """Hold the record that somebody proposes or decided to erase, known by its opaque number alone.

    Raises:
        Erasure.DoesNotExist: another structure's.
        NotAllowedError: neither an officer nor an administrator.
        ConflictError: it is erased.
        GuardError: no reason, or a last day that is past.
    """
    erasure = Erasure.objects.visible_to(by).get(pk=erasure_id)
    if erasure.patient is None:
        raise ConflictError(_("This record is erased, or is kept already."))
    return _hold(erasure.patient, reason, until, by, at)


def lift_hold(*, hold_id: UUID, by: Actor, at: datetime) -> UUID:
    """Let a record go again, and return whose: only whoever's structure held it may.

    Raises:
        LegalHold.DoesNotExist: another structure's.
        ConflictError: it was lifted already.
    """
    with transaction.atomic():
        hold = LegalHold.objects.visible_to(by).select_for_update().get(pk=hold_id)
        if hold.lifted_at is not None:
            raise ConflictError(_("This hold was lifted already."))
        hold.lifted_at, hold.lifted_by_label = at, by.label
        hold.save(update_fields=["lifted_at", "lifted_by_label"])
        _trace("lifted", hold, by, at)
    return hold.patient_id


def _hold(patient: Patient, reason: str, until: date | None, by: Actor, at: datetime) -> LegalHold:
    if not may(by, "retention.hold") or by.structure_id is None:
        raise NotAllowedError(_("The data protection officer or an administrator holds a record."))
    missing = []
    if not reason.strip():
        missing.append(Missing("R37", _("Why this record must be kept"), _("You"), field="reason"))
    if until is not None and until < localdate(at):
        missing.append(Missing("R37", _("A last day that is still to come"), _("You"), field="until"))
    if missing:
        raise GuardError(_("This record cannot be held yet."), missing)
    with transaction.atomic():
        # Whoever erases it holds the patient's row: the hold stops them, or finds nobody any more.
        locked = Patient.objects.select_for_update(of=("self",)).get(pk=patient.pk)
        hold = LegalHold.objects.create(
            patient=locked,
            structure_id=by.structure_id,
            reason=reason.strip(),
            until=until,
            placed_at=at,
            placed_by_id=by.id,
            placed_by_label=by.label,
        )
        _trace("placed", hold, by, at)
    return hold


def _trace(name: str, hold: LegalHold, by: Actor, at: datetime) -> None:
    record(f"hold.{name}", by=by, at=at, subject=Subject("legal_hold", hold.pk, patient_id=hold.patient_id))
