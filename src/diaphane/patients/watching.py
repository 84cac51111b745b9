"""Put a patient's record under watch, or end it (R44)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from diaphane.audit.operations import Subject, record
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError, GuardError, Missing, NotAllowedError
from diaphane.kernel.rights import may

from .identities import lock_patient
from .models import Patient, Watch


def watch_patient(*, patient_id: UUID, reason: str, by: Actor, at: datetime) -> Watch:
    """Have each look at a patient's exams asked about: somebody well known, a colleague, a threat.

    Raises:
        NotAllowedError: another role.
        Patient.DoesNotExist: unknown at the actor's site.
        GuardError: no reason is given.
        ConflictError: it is watched already.
    """
    _require_right(by)
    if not reason.strip():
        what = Missing("R44", _("Why this record is watched"), _("You"), field="reason")
        raise GuardError(_("A reason is needed."), [what])
    with transaction.atomic():
        patient = lock_patient(patient_id, by=by)
        if patient.watches.filter(ended_at=None).exists():
            raise ConflictError(_("This record is under watch already."))
        watch = Watch.objects.create(
            patient=patient,
            reason=reason.strip(),
            started_at=at,
            started_by_id=by.id,
            started_by_label=by.label,
        )
        _trace("patient.watched", patient, by, at)
    return watch


def end_watch(*, patient_id: UUID, by: Actor, at: datetime) -> None:
    """End the watch on a patient's record.

    Raises:
        NotAllowedError, Patient.DoesNotExist: as above.
        ConflictError: it is not watched.
    """
    _require_right(by)
    with transaction.atomic():
        patient = lock_patient(patient_id, by=by)
        ended = patient.watches.filter(ended_at=None).update(ended_at=at, ended_by_label=by.label)
        if not ended:
            raise ConflictError(_("This record is not under watch."))
        _trace("patient.watch_ended", patient, by, at)


def _require_right(by: Actor) -> None:
    if not may(by, "patient.watch"):
        raise NotAllowedError(_("An administrator of the site puts a record under watch."))


def _trace(action: str, patient: Patient, by: Actor, at: datetime) -> None:
    record(action, by=by, at=at, subject=Subject("patient", patient.pk, patient_id=patient.pk))
