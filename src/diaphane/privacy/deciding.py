"""Propose the erasure of records past their time; a person decides, and can take it back (R37)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate

from diaphane.audit.operations import Subject, record
from diaphane.imaging.models import Instance
from diaphane.kernel.actors import SYSTEM, Actor
from diaphane.organisations.models import Structure
from diaphane.patients.models import Patient

from .erasure_models import OPEN_STATES, Erasure
from .record_rows import get_record
from .retention import Due, find_due, iter_due
from .transitions import ERASURE


def propose_erasures(*, at: datetime) -> int:
    """Propose each record that is past its time and is not proposed yet; return how many are new."""
    return sum(_propose(due, at) for due in iter_due(on=localdate(at)))


def lapse_erasures(*, at: datetime) -> int:
    """Take back what is proposed of records that are no longer past their time; return how many."""
    count = 0
    for erasure in Erasure.objects.filter(state__in=OPEN_STATES):
        if erasure.patient_id is None or find_due(erasure.patient_id, on=localdate(at)) is None:
            with transaction.atomic():
                held = lock_erasure(erasure.pk)
                held.patient = None
                move(held, "lapse", by=SYSTEM, at=at)
            count += 1
    return count


def approve_erasure(*, erasure_id: UUID, by: Actor, at: datetime) -> Erasure:
    """Decide that a record is erased, as a named person.

    Raises:
        Erasure.DoesNotExist: another structure's.
        NotAllowedError, ConflictError, GuardError: see ``TransitionTable.check``.
    """
    with transaction.atomic():
        erasure = lock_erasure(erasure_id, by=by)
        ERASURE.check(erasure, "approve", by=by)
        erasure.decided_at, erasure.decided_by_id, erasure.decided_by_label = at, by.id, by.label
        move(erasure, "approve", by=by, at=at)
    return erasure


def withdraw_erasure(*, erasure_id: UUID, by: Actor, at: datetime) -> Erasure:
    """Take back the decision, while nothing is erased.

    Raises:
        Erasure.DoesNotExist, NotAllowedError, ConflictError, GuardError: as above.
    """
    with transaction.atomic():
        erasure = lock_erasure(erasure_id, by=by)
        move(erasure, "withdraw", by=by, at=at)
    return erasure


def lock_erasure(erasure_id: UUID, *, by: Actor | None = None) -> Erasure:
    """Lock one erasure: that of an officer's structure, or any for the job.

    Raises:
        Erasure.DoesNotExist: unknown, or another structure's.
    """
    if by is not None:
        Erasure.objects.visible_to(by).get(pk=erasure_id)
    return Erasure.objects.select_for_update().get(pk=erasure_id)


def move(erasure: Erasure, name: str, *, by: Actor, at: datetime) -> None:
    """Move a locked erasure and trace it, without naming the patient: the trail outlives the record."""
    erasure.state = ERASURE.check(erasure, name, by=by).transition.target
    erasure.save()
    counts = {"exams": erasure.exams, "rows": erasure.rows, "files": erasure.files}
    detail: dict[str, str | int | bool] = {"rule": erasure.rule, **counts}
    record(f"erasure.{name}", by=by, at=at, subject=Subject("erasure", erasure.pk), detail=detail)


def _propose(due: Due, at: datetime) -> bool:
    site_id = due.site_id or _find_issuing_site(due.patient_id)
    with transaction.atomic():
        known = Patient.objects.select_for_update(of=("self",)).filter(pk=due.patient_id).exists()
        waiting = Erasure.objects.filter(patient_id=due.patient_id).exists()
        if not known or waiting or site_id is None:
            return False
        acts = get_record(due.patient_id).acts
        erasure = Erasure.objects.create(
            patient_id=due.patient_id,
            structure_id=site_id,
            rule=due.rule.value,
            due_on=due.since,
            exams=len(acts),
            images=Instance.objects.filter(series__study__act__in=acts).count(),
            proposed_at=at,
        )
        detail: dict[str, str | int | bool] = {"rule": erasure.rule, "exams": erasure.exams}
        record("erasure.propose", by=SYSTEM, at=at, subject=Subject("erasure", erasure.pk), detail=detail)
    return True


def _find_issuing_site(patient_id: UUID) -> UUID | None:
    """Return the site that registered a patient who never had an exam."""
    issuers = Patient.objects.filter(pk=patient_id).values("identifiers__issuer")
    return Structure.objects.filter(issuer__in=issuers).values_list("pk", flat=True).first()
