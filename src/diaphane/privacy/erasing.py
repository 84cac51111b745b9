"""Erase a record as it was decided: its rows at once, then its files, then the proof (R37).

The rows go in one transaction, with the list of the files: killed before its end, nothing is erased. The
files go one by one: killed meanwhile, the next run goes on. The trail stays whole, for no seal needs what
is erased: an entry names a record by opaque numbers, and goes by its own time.
"""

from datetime import datetime
from uuid import UUID

import structlog
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from diaphane.accounts.models import KnownDevice, User
from diaphane.imaging.erasing import erase_marked, mark_erased
from diaphane.kernel.actors import SYSTEM
from diaphane.kernel.errors import ConflictError, DiaphaneError
from diaphane.patients.models import Patient

from .deciding import lock_erasure, move
from .erasure_models import GRACE, Erasure, ErasureState
from .record_rows import Record, get_record

_LOG = structlog.get_logger(__name__)


def erase_decided(*, at: datetime) -> int:
    """Erase what was decided long enough ago, and go on with what a killed run left; return how many.

    One record that cannot be erased keeps no other waiting: it is said in the log, and tried again.
    """
    ready = Q(state=ErasureState.APPROVED, decided_at__lte=at - GRACE) | Q(state=ErasureState.ERASING)
    count = 0
    for erasure_id in Erasure.objects.filter(ready).values_list("pk", flat=True):
        try:
            erase_record(erasure_id=erasure_id, at=at)
        except (DiaphaneError, OSError) as refusal:
            _LOG.warning("erasure_waits", erasure=str(erasure_id), reason=type(refusal).__name__)
        else:
            count += 1
    return count


def erase_record(*, erasure_id: UUID, at: datetime) -> Erasure:
    """Erase one record, or finish what a killed run began; a second run of a finished one is refused.

    Raises:
        ConflictError, GuardError: it is not decided, is held, is no longer due, or is erased already.
        OSError: the store refuses a file; it is tried again.
    """
    with transaction.atomic():
        erasure = lock_erasure(erasure_id)
        if erasure.state != ErasureState.ERASING:
            _begin(erasure, at)
    erase_marked(decision_id=erasure_id)
    with transaction.atomic():
        erasure = lock_erasure(erasure_id)
        erasure.erased_at = at
        move(erasure, "finish", by=SYSTEM, at=at)
    return erasure


def _begin(erasure: Erasure, at: datetime) -> None:
    """Erase every row of the record, and write down its files."""
    # A new exam of this person waits here for us, or we see it and stop: its key to the patient says which.
    if erasure.patient_id is None:
        raise ConflictError(_("This record is erased, or is kept already."))
    Patient.objects.select_for_update(of=("self",)).get(pk=erasure.patient_id)
    move(erasure, "begin", by=SYSTEM, at=at)
    record = get_record(erasure.patient_id)
    erasure.files = mark_erased(record.iter_keys(), decision_id=erasure.pk)
    _erase_accounts(record)
    erasure.rows = sum(_erase(rows) for rows in record.iter_rows() if rows.model is not Patient)
    Erasure.objects.filter(patient__in=record.patients).exclude(pk=erasure.pk).update(
        patient=None, state=ErasureState.LAPSED
    )
    erasure.rows += _erase_patients(record, erasure)


def _erase_patients(record: Record, erasure: Erasure) -> int:
    """Erase the identities themselves, last: until then the database knows by them what may go."""
    erasure.patient = None
    erasure.save()
    identities = Patient.objects.filter(pk__in=record.patients)
    identities.update(merged_into=None)
    return _erase(identities)


def _erase(rows: QuerySet[Model]) -> int:
    """Erase rows at once, without asking what points to them: the database does, when all is done."""
    return rows._raw_delete(rows.db) or 0


def _erase_accounts(record: Record) -> None:
    """Erase the person's own account and its sessions; a professional's loses what ties it to the record."""
    for user in User.objects.filter(patient_id__in=record.patients):
        if hasattr(user, "professional") or user.memberships.exists():
            User.objects.filter(pk=user.pk).update(patient_id=None)
            continue
        keys = user.usersession_set.values_list("session_key", flat=True)
        Session.objects.filter(session_key__in=list(keys)).delete()
        KnownDevice.objects.filter(user=user).delete()
        user.delete()
