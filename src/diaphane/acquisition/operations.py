"""Move an exam: planned, prepared at the table, made, checked. Facts first, then the arrow."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from diaphane.acts.models import Act
from diaphane.acts.operations import advance, note
from diaphane.consents.operations import record_consent
from diaphane.kernel.actors import SYSTEM, Actor, Role
from diaphane.kernel.errors import ConflictError, NotAllowedError
from diaphane.organisations.models import Room
from diaphane.organisations.queries import get_structure
from diaphane.scheduling.operations import book_slot, cancel_slot

from .models import Exam, ExamState, LinkTest
from .transitions import EXAM_TABLE

GOOD_DOWN_MBPS = Decimal(4)
GOOD_UP_MBPS = Decimal(2)
GOOD_LATENCY_MS = Decimal(300)
DEFAULT_MINUTES = 20


@dataclass(frozen=True)
class ConsentAnswer:
    """What was answered to one of the two consents, and by whom."""

    outcome: str
    source: str


def open_exam(*, act: Act, at: datetime) -> Exam:
    """Create the exam of a validated request; a second call returns the first one's (idempotent)."""
    exam, is_new = Exam.objects.get_or_create(act=act, defaults={"created_at": at})
    if is_new:
        note(act, "exam.opened", subject_type="exam", subject_id=exam.pk, by=SYSTEM, at=at)
    return exam


def schedule_exam(*, exam: Exam, room: Room, starts_at: datetime, by: Actor, at: datetime) -> Exam:
    """Book a slot of the exam's usual length and plan the exam in it (R73).

    Raises:
        SlotTakenError: the room is not free then.
    """
    asked_for = exam.act.request.exam
    minutes = asked_for.minutes if asked_for else DEFAULT_MINUTES
    with transaction.atomic():
        book_slot(act=exam.act, room=room, starts_at=starts_at, minutes=minutes, by=by, at=at)
        return advance(exam, EXAM_TABLE, "schedule", by=by, at=at)


def record_arrival(*, exam: Exam, by: Actor, at: datetime) -> Exam:
    """Record that the patient is there; the waiting time starts (R110)."""
    with transaction.atomic():
        moved = advance(exam, EXAM_TABLE, "arrive", by=by, at=at)
        moved.arrived_at = at
        moved.save(update_fields=["arrived_at"])
    return moved


def supervise_exam(*, exam: Exam, by: Actor, at: datetime) -> None:
    """Name the imageur who supervises the exam from a distance (R82).

    Raises:
        NotAllowedError: the actor is no imageur.
    """
    if by.role is not Role.IMAGEUR:
        raise NotAllowedError(_("Only a radiologist supervises an exam."))
    with transaction.atomic():
        Exam.objects.filter(pk=exam.pk).update(supervisor_id=by.id, supervisor_label=by.label)
        note(exam.act, "exam.supervised", subject_type="exam", subject_id=exam.pk, by=by, at=at)


def record_link_test(
    *, structure_id: UUID, down_mbps: Decimal, up_mbps: Decimal, latency_ms: Decimal, by: Actor, at: datetime
) -> LinkTest:
    """Keep what the browser measured between the site and the platform (R81)."""
    is_good = down_mbps >= GOOD_DOWN_MBPS and up_mbps >= GOOD_UP_MBPS and latency_ms <= GOOD_LATENCY_MS
    return LinkTest.objects.create(
        structure=get_structure(structure_id),
        actor_id=by.id,
        actor_label=by.label,
        tested_at=at,
        down_mbps=down_mbps,
        up_mbps=up_mbps,
        latency_ms=latency_ms,
        is_good=is_good,
    )


def prepare_exam(
    *,
    exam: Exam,
    identity_read_back: str,
    consents: Mapping[str, ConsentAnswer],
    pregnancy_answer: str,
    on_site_physician: str,
    by: Actor,
    at: datetime,
) -> None:
    """Write what was checked at the table; nothing moves yet, so that a half-done check is kept.

    Raises:
        ConflictError: the exam is not at the table.
    """
    with transaction.atomic():
        changed = Exam.objects.filter(pk=exam.pk, state=ExamState.ARRIVED).update(
            identity_read_back=identity_read_back,
            pregnancy_answer=pregnancy_answer,
            on_site_physician=on_site_physician.strip(),
        )
        if not changed:
            raise ConflictError(_("The patient is not being prepared any more."))
        for subject, answer in consents.items():
            record_consent(
                act=exam.act, subject=subject, outcome=answer.outcome, source=answer.source, by=by, at=at
            )
        note(exam.act, "exam.prepared", subject_type="exam", subject_id=exam.pk, by=by, at=at)


def declare_ready(*, exam: Exam, by: Actor, at: datetime) -> Exam:
    """Pass the checks of the table (R40, R57, R68, R81, R82, R84)."""
    return advance(exam, EXAM_TABLE, "get_ready", by=by, at=at)


def start_exam(*, exam: Exam, by: Actor, at: datetime) -> Exam:
    """Start: the worklist now says STARTED."""
    with transaction.atomic():
        moved = advance(exam, EXAM_TABLE, "start", by=by, at=at)
        moved.started_at = moved.started_at or at
        moved.technologist_label = by.label
        moved.save(update_fields=["started_at", "technologist_label"])
    return moved


def finish_acquisition(*, exam: Exam, facts: Mapping[str, object], by: Actor, at: datetime) -> Exam:
    """Write dose, contrast, device and incidents, then say that the acquisition is over (R83, R93).

    ``facts`` holds values for the fields named in ``ACQUISITION_FIELDS``.
    """
    values = {name: facts[name] for name in ACQUISITION_FIELDS if name in facts}
    with transaction.atomic():
        Exam.objects.filter(pk=exam.pk, state=ExamState.IN_PROGRESS).update(**values)
        moved = advance(exam, EXAM_TABLE, "finish", by=by, at=at)
        moved.finished_at = at
        moved.save(update_fields=["finished_at"])
    return moved


def cancel_exam(*, exam: Exam, reason: str, by: Actor, at: datetime) -> Exam:
    """Cancel before the start; the slot is given back and the worklist forgets it (R60)."""
    with transaction.atomic():
        moved = advance(exam, EXAM_TABLE, "cancel", by=by, at=at, reason=reason)
        cancel_slot(act=moved.act, by=by, at=at)
    return moved


def close_exam(*, exam: Exam, at: datetime) -> Exam:
    """Close the act once its report is signed and nothing is owed (R98–R101)."""
    return advance(exam, EXAM_TABLE, "close", by=SYSTEM, at=at)


ACQUISITION_FIELDS = (
    "device",
    "acquisitions",
    "ctdi_vol",
    "dlp",
    "dose_missing_reason",
    "contrast_product",
    "contrast_batch",
    "contrast_volume",
    "contrast_route",
    "contrast_at",
    "incidents",
)
