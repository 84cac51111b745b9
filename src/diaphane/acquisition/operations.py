"""Move an exam: planned, prepared at the table, made. Facts first, then the arrow."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from diaphane.acts.models import Act
from diaphane.acts.operations import advance, note, settle_duties
from diaphane.consents.answers import Details
from diaphane.consents.operations import NOTHING_SAID, record_consent
from diaphane.kernel.actors import SYSTEM, Actor
from diaphane.kernel.errors import ConflictError, GuardError, Missing, NotAllowedError
from diaphane.kernel.rights import may
from diaphane.organisations.models import Room
from diaphane.scheduling.operations import book_slot, end_slot
from diaphane.scheduling.queries import get_appointment

from .confirming import is_dose_to_record, name_dose_source
from .guards import DOSE, weigh_dose
from .in_order import require_in_order
from .links import record_link_test as record_link_test
from .models import Exam, ExamState
from .transitions import EXAM_TABLE

DEFAULT_MINUTES = 20
LATE_ENTRY = timedelta(minutes=5)
PLANNED_AT_MOST = timedelta(days=366)
NO_PREGNANCY_DECISION: dict[str, Any] = {
    "pregnancy_decision": "",
    "pregnancy_decided_by_label": "",
    "pregnancy_decided_at": None,
}
_SUPERVISED_STATES = frozenset(
    {
        ExamState.TO_SCHEDULE,
        ExamState.SCHEDULED,
        ExamState.ARRIVED,
        ExamState.READY,
        ExamState.IN_PROGRESS,
        ExamState.ACQUIRED,
        ExamState.CHECKING,
    }
)


@dataclass(frozen=True)
class ConsentAnswer:
    """What was answered to one of the two consents, and by whom."""

    outcome: str
    source: str
    details: Details = NOTHING_SAID


def open_exam(*, act: Act, at: datetime) -> Exam:
    """Create the exam of a validated request; a second call returns the first one's (idempotent)."""
    with transaction.atomic():
        exam, is_new = Exam.objects.get_or_create(act=act, defaults={"created_at": at})
        if is_new:
            note(act, "exam.opened", subject_type="exam", subject_id=exam.pk, by=SYSTEM, at=at)
    return exam


def count_minutes(exam: Exam) -> int:
    """Return the usual length of an exam, in minutes."""
    asked_for = exam.act.request.exam
    return asked_for.minutes if asked_for else DEFAULT_MINUTES


def schedule_exam(
    *, exam: Exam, room: Room, starts_at: datetime, by: Actor, at: datetime, replaces: UUID | None = None
) -> Exam:
    """Book a slot of the exam's usual length and plan the exam in it (R73).

    ``replaces`` is the slot that the person saw and moves; None when none was booked yet.

    Raises:
        NotAllowedError: a room of another site, or that cannot make this exam.
        GuardError: the time is past, or more than a year ahead.
        ConflictError: the exam was planned or moved meanwhile, by someone else or by an earlier click.
        SlotTakenError: the room is not free then.
    """
    _check_room(exam, room)
    if not at - LATE_ENTRY <= starts_at <= at + PLANNED_AT_MOST:
        raise GuardError(
            _("This time is past, or too far ahead."),
            [Missing("R73", _("A time from now on, within a year"), _("You"), field="starts_at")],
        )
    with transaction.atomic():
        Exam.objects.select_for_update(of=("self",)).get(pk=exam.pk)
        booked = get_appointment(exam.act)
        if (booked.pk if booked else None) != replaces:
            raise ConflictError(_("The exam was planned meanwhile: here is its slot."))
        book_slot(act=exam.act, room=room, starts_at=starts_at, minutes=count_minutes(exam), by=by, at=at)
        return advance(exam, EXAM_TABLE, "schedule", by=by, at=at)


def record_arrival(*, exam: Exam, by: Actor, at: datetime) -> Exam:
    """Record that the patient is there; the waiting time starts (R110)."""
    with transaction.atomic():
        moved = advance(exam, EXAM_TABLE, "arrive", by=by, at=at)
        moved.arrived_at = at
        moved.save(update_fields=["arrived_at"])
    return moved


def supervise_exam(*, exam: Exam, by: Actor, at: datetime) -> None:
    """Name the imageur who supervises the exam from a distance, in order now (R18–R20, R24, R82).

    Raises:
        NotAllowedError: the actor is no imageur.
        GuardError: something that the imageur owes is not in order; trainings wait in a vital emergency.
        ConflictError: the exam is over: who supervised it is history.
    """
    if not may(by, "exam.supervise"):
        raise NotAllowedError(_("Only a radiologist supervises an exam."))
    require_in_order(exam, _("You cannot supervise this exam."), by=by)
    with transaction.atomic():
        changed = Exam.objects.filter(pk=exam.pk, state__in=_SUPERVISED_STATES).update(
            supervisor_id=by.id, supervisor_label=by.label, supervised_at=at
        )
        if not changed:
            raise ConflictError(_("This exam is over: nobody supervises it any more."))
        note(exam.act, "exam.supervised", subject_type="exam", subject_id=exam.pk, by=by, at=at)


def prepare_exam(
    *,
    exam: Exam,
    identity_read_back: str,
    consents: Mapping[str, ConsentAnswer],
    pregnancy_answer: str,
    on_site_physician: str,
    implants_answer: str = "",
    by: Actor,
    at: datetime,
) -> None:
    """Write what was checked at the table; nothing moves yet, so that a half-done check is kept.

    What is not answered leaves the earlier answer; what changes nothing leaves no trace, so that a page
    may save at each touch. Another answer on pregnancy takes the radiologist's decision on it away.

    Raises:
        NotAllowedError: the actor is not beside the patient.
        ConflictError: the exam is not at the table.
    """
    _check_beside_patient(by)
    with transaction.atomic():
        held = Exam.objects.select_for_update(of=("self",)).get(pk=exam.pk)
        if held.state != ExamState.ARRIVED:
            raise ConflictError(_("The patient is not being prepared any more."))
        facts = {
            "identity_read_back": identity_read_back or held.identity_read_back,
            "pregnancy_answer": pregnancy_answer or held.pregnancy_answer,
            "implants_answer": implants_answer or held.implants_answer,
            "on_site_physician": on_site_physician.strip(),
        }
        if any(getattr(held, name) != value for name, value in facts.items()):
            is_new = facts["pregnancy_answer"] != held.pregnancy_answer
            Exam.objects.filter(pk=held.pk).update(**facts, **(NO_PREGNANCY_DECISION if is_new else {}))
            note(exam.act, "exam.prepared", subject_type="exam", subject_id=exam.pk, by=by, at=at)
        for subject, answer in consents.items():
            record_consent(
                act=exam.act,
                subject=subject,
                outcome=answer.outcome,
                source=answer.source,
                details=answer.details,
                by=by,
                at=at,
            )


def declare_ready(*, exam: Exam, by: Actor, at: datetime) -> Exam:
    """Pass the checks of the table (R40, R57, R68, R81, R82, R84, R85)."""
    return advance(exam, EXAM_TABLE, "get_ready", by=by, at=at)


def check_again(*, exam: Exam, by: Actor, at: datetime) -> Exam:
    """Go back to the checks of the table, to correct an answer before the start."""
    return advance(exam, EXAM_TABLE, "check_again", by=by, at=at)


def start_exam(*, exam: Exam, by: Actor, at: datetime) -> Exam:
    """Start, once supervision and the physician on site hold at that moment: the worklist says STARTED."""
    with transaction.atomic():
        moved = advance(exam, EXAM_TABLE, "start", by=by, at=at)
        moved.started_at = moved.started_at or at
        moved.technologist_label = by.label
        moved.save(update_fields=["started_at", "technologist_label"])
    return moved


def finish_acquisition(*, exam: Exam, facts: Mapping[str, object], by: Actor, at: datetime) -> Exam:
    """Write dose, contrast, device and incidents, then say that the acquisition is over (R83, R93).

    ``facts`` holds values for the fields named in ``ACQUISITION_FIELDS``. The room is free again.
    """
    values = {name: facts[name] for name in ACQUISITION_FIELDS if name in facts}
    with transaction.atomic():
        values["dose_source"] = name_dose_source(exam, values)
        Exam.objects.filter(pk=exam.pk, state=ExamState.IN_PROGRESS).update(**values)
        moved = advance(exam, EXAM_TABLE, "finish", by=by, at=at)
        moved.finished_at = at
        moved.save(update_fields=["finished_at"])
        end_slot(act=moved.act, at=at)
    return moved


def record_dose_afterwards(*, exam: Exam, facts: Mapping[str, object], by: Actor, at: datetime) -> None:
    """Write the dose that a vital emergency had let wait, or that a device told later (R93).

    Raises:
        NotAllowedError: the actor was not beside the patient.
        GuardError: neither a dose nor a reason.
        ConflictError: it was not owed, or not any more.
    """
    _check_beside_patient(by)
    values = {name: facts[name] for name in DOSE_FIELDS if name in facts}
    values["dose_source"] = name_dose_source(exam, values)
    with transaction.atomic():
        held = Exam.objects.select_for_update(of=("self",)).get(pk=exam.pk)
        if not is_dose_to_record(held):
            raise ConflictError(_("The dose is already recorded."))
        for name, value in values.items():
            setattr(held, name, value)
        missing = weigh_dose(held)
        if missing:
            raise GuardError(_("The dose is still missing."), [missing])
        held.save(update_fields=list(values))
        note(held.act, "exam.dose_recorded", subject_type="exam", subject_id=held.pk, by=by, at=at)
        settle_duties(held.act, DOSE.code, by=by, at=at)


def close_exam(*, exam: Exam, at: datetime) -> Exam:
    """Close the act once its report is signed and nothing is owed (R98–R101)."""
    return advance(exam, EXAM_TABLE, "close", by=SYSTEM, at=at)


def _check_beside_patient(by: Actor) -> None:
    if not may(by, "exam.prepare"):
        raise NotAllowedError(_("Only a technologist writes what is done beside the patient."))


def _check_room(exam: Exam, room: Room) -> None:
    asked_for = exam.act.request.exam
    is_fit = asked_for is None or room.modality == asked_for.modality
    if room.structure_id != exam.act.requesting_site_id or not is_fit:
        raise NotAllowedError(_("This exam cannot be made in that room."))


DOSE_FIELDS = ("ctdi_vol", "dlp", "dap", "activity", "radiopharmaceutical", "dose_missing_reason")
ACQUISITION_FIELDS = (
    "device",
    "acquisitions",
    *DOSE_FIELDS,
    "contrast_product",
    "contrast_batch",
    "contrast_volume",
    "contrast_route",
    "contrast_at",
    "on_site_physician",
    "incidents",
)
