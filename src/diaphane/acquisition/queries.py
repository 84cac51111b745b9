"""Read exams, and what a site's modalities are to make."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from diaphane.acts.models import Act, Duty
from diaphane.acts.queries import list_steps
from diaphane.imaging.announcing import Performance, map_performances
from diaphane.imaging.gateways import is_sending_over
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.kernel.errors import Missing
from diaphane.patients.models import Patient
from diaphane.patients.queries import get_local_identifier
from diaphane.scheduling.models import Appointment

from .models import Exam, ExamState
from .quality import NEXT_STEP_DONE
from .transitions import EXAM_TABLE

STARTED = "STARTED"
STEP_STATUS = {
    ExamState.SCHEDULED: "SCHEDULED",
    ExamState.ARRIVED: "ARRIVED",
    ExamState.READY: "READY",
    ExamState.IN_PROGRESS: STARTED,
}
_ON_BOARD = (*STEP_STATUS, ExamState.TO_SCHEDULE, ExamState.ACQUIRED, ExamState.CHECKING)
_TO_READ = (
    ExamState.ACQUIRED,
    ExamState.CHECKING,
    ExamState.ACCEPTED,
    ExamState.ACCEPTED_WITH_RESERVE,
    ExamState.BEING_READ,
)
_RECEIVING = (
    ExamState.SCHEDULED,
    ExamState.ARRIVED,
    ExamState.READY,
    ExamState.IN_PROGRESS,
    ExamState.ACQUIRED,
    ExamState.CHECKING,
)
_SENDING = (ExamState.IN_PROGRESS, ExamState.ACQUIRED, ExamState.CHECKING)
_BOARD_KEEPS = timedelta(hours=12)
_IMAGES_MAY_FOLLOW = timedelta(hours=24)
_NAMES_KEEP = timedelta(hours=24)


@dataclass(frozen=True)
class WorklistStep:
    """One scheduled procedure step, as the modality worklist tells it (PS3.4 Annex K)."""

    act: Act
    patient: Patient
    local_id: str
    issuer: str
    status: str
    starts_at: datetime
    modality: str
    station_ae_title: str
    exam_label: str
    referring_physician: str
    performing_physician: str


@dataclass(frozen=True)
class Weighed:
    """What a step still waits for: what blocks it, and what a vital emergency lets wait (states.md, V)."""

    blocking: tuple[Missing, ...]
    owed: tuple[Missing, ...]


def get_exam(act_id: UUID, *, actor: Actor) -> Exam:
    """Return the exam of an act that the actor may see.

    Raises:
        Exam.DoesNotExist: unknown, or not open to this actor.
    """
    return Exam.objects.visible_to(actor).get(act_id=act_id)


def list_exams_of_patient(patient_id: UUID) -> QuerySet[Exam]:
    """List a patient's own exams, latest first, cancelled ones left out."""
    exams = Exam.objects.filter(act__patient_id=patient_id).exclude(state=ExamState.CANCELLED)
    return exams.select_related("act__request", "act__requesting_site").order_by("-created_at")


def get_exam_of_patient(act_id: UUID, *, actor: Actor) -> Exam:
    """Return a patient's own exam, whatever its state: it is theirs before any result is told.

    Raises:
        Exam.DoesNotExist: unknown, or another person's.
    """
    exams = Exam.objects.select_related("act__request", "act__requesting_site", "act__patient")
    return exams.filter(act__patient=actor.patient_id).get(act_id=act_id)


def find_exam(act: Act) -> Exam | None:
    """Return the exam of an act, or None while its request is not validated."""
    return Exam.objects.filter(act=act).select_related("act__request", "act__patient").first()


def map_exams(act_ids: Iterable[UUID]) -> dict[UUID, Exam]:
    """Map acts to their exams; an act whose request is not validated has none."""
    return {exam.act_id: exam for exam in Exam.objects.filter(act_id__in=list(act_ids)).order_by("id")}


def list_board(actor: Actor) -> QuerySet[Exam]:
    """List the site's exams that a technologist still has to deal with, and those just finished."""
    exams = Exam.objects.visible_to(actor).prefetch_related("act__appointments__room")
    is_recent = Q(finished_at__gte=now() - _BOARD_KEEPS)
    return exams.filter(Q(state__in=_ON_BOARD) | is_recent).order_by("created_at")


def list_to_supervise(actor: Actor) -> QuerySet[Exam]:
    """List the exams an imageur is expected at: not started yet, or under way."""
    return Exam.objects.visible_to(actor).filter(state__in=STEP_STATUS).order_by("created_at")


def list_to_read(actor: Actor) -> QuerySet[Exam]:
    """List the exams whose images wait for an imageur: check or reading."""
    return Exam.objects.visible_to(actor).filter(state__in=_TO_READ).order_by("finished_at")


def list_without_conclusion(actor: Actor) -> QuerySet[Exam]:
    """List the exams that gave no conclusion and whose next step nobody has organised yet (R95)."""
    owed = Duty.objects.filter(guard=NEXT_STEP_DONE, state=Duty.State.OPEN).values("act_id")
    exams = Exam.objects.visible_to(actor).filter(state=ExamState.NOT_INTERPRETABLE, act_id__in=owed)
    return exams.order_by("quality_at")


def list_receiving(actor: Actor) -> QuerySet[Exam]:
    """List the site's exams that images may belong to: under way, or over since less than a day."""
    exams = Exam.objects.visible_to(actor)
    is_current = exams.filter(state__in=_RECEIVING)
    is_recent = exams.filter(finished_at__gte=now() - _IMAGES_MAY_FOLLOW)
    return (is_current | is_recent).order_by("-started_at", "-created_at")


def list_expected_under(accession_number: str, *, actor: Actor) -> QuerySet[Exam]:
    """List the exam that an accession number names, among those open to the actor and not cancelled."""
    exams = Exam.objects.visible_to(actor).exclude(state=ExamState.CANCELLED)
    named = exams.filter(act__accession_number=accession_number) if accession_number else exams.none()
    return named.order_by("pk")


def list_awaited(site_id: UUID) -> list[Exam]:
    """List the exams of a site that the imageur waits for, images or what the modality says of its step."""
    exams = Exam.objects.filter(act__requesting_site_id=site_id, state__in=_SENDING)
    return list(exams.order_by("created_at"))


def is_awaited(exam: Exam) -> bool:
    """Say whether the imageur waits for what the site makes of an exam."""
    return exam.state in _SENDING


def may_receive_images(exam: Exam) -> bool:
    """Say whether images of an exam are still to come, as far as is known."""
    return is_awaited(exam) and not are_images_complete(exam)


def list_recent_physicians(structure_id: UUID) -> list[str]:
    """List the names given in the last day for the physician on site, to spare typing; none is presumed."""
    named = Exam.objects.filter(
        act__requesting_site_id=structure_id, arrived_at__gte=now() - _NAMES_KEEP
    ).exclude(on_site_physician="")
    return sorted(set(named.values_list("on_site_physician", flat=True)))


def are_images_complete(exam: Exam) -> bool:
    """Say whether nothing more is to come: the acquisition is over and its gateway has nothing left to send.

    Numbers that agree say less while the scanner is still sending: they are only up to date.
    """
    if exam.finished_at is None or exam.state == ExamState.IN_PROGRESS:
        return False
    return is_sending_over(exam.act, since=exam.finished_at)


def find_repeat_reason(exam: Exam) -> str | None:
    """Return why the imageur asks for more images, while the exam is under way again for that (R88)."""
    if exam.state != ExamState.IN_PROGRESS:
        return None
    last = list_steps(exam.act).filter(machine=EXAM_TABLE.machine).last()
    return last.reason if last is not None and last.transition == "repeat" else None


def weigh_step(exam: Exam, name: str, *, actor: Actor) -> Weighed:
    """Say what a step still waits for, without moving anything: what blocks it, what is owed afterwards."""
    blocking: list[Missing] = []
    owed: list[Missing] = []
    for guard in EXAM_TABLE[name].guards:
        found = guard.check(exam, actor)
        if found is not None:
            yields = exam.act.is_vital and guard.yields_to_vital
            (owed if yields else blocking).extend(found.flatten())
    return Weighed(tuple(blocking), tuple(owed))


def list_worklist(*, site_id: UUID) -> list[WorklistStep]:
    """List what the modalities of a site are to make, soonest first.

    A step that a modality performs is STARTED, whatever the card says; one that it has completed since the
    exam was last started is no longer to be made (PS3.4 §K.6.1.2.2).
    """
    booked = (
        Appointment.objects.filter(
            cancelled_at=None, room__structure_id=site_id, act__exam__state__in=STEP_STATUS
        )
        .select_related("act__patient", "act__request", "act__exam", "room__structure")
        .prefetch_related("act__patient__identifiers")
        .order_by("starts_at")
    )
    performed = map_performances(each.act_id for each in booked)
    return [
        _worklist_step(each, performed.get(each.act_id))
        for each in booked
        if not _is_completed(each.act.exam, performed.get(each.act_id))
    ]


def _is_completed(exam: Exam, performed: Performance | None) -> bool:
    """Say whether the modality is done: a step completed, none under way, no more images asked for since."""
    if performed is None or performed.is_under_way or performed.completed_at is None:
        return False
    if exam.state != ExamState.IN_PROGRESS:
        return True
    starts = list_steps(exam.act).filter(machine=EXAM_TABLE.machine, target=ExamState.IN_PROGRESS)
    last = starts.last()
    return last is None or last.occurred_at <= performed.completed_at


def _worklist_step(booked: Appointment, performed: Performance | None) -> WorklistStep:
    act, issuer = booked.act, booked.room.structure.issuer
    request = act.request
    return WorklistStep(
        act=act,
        patient=act.patient,
        local_id=get_local_identifier(act.patient, issuer=issuer),
        issuer=issuer,
        status=STARTED if performed and performed.is_under_way else STEP_STATUS[ExamState(act.exam.state)],
        starts_at=booked.starts_at,
        modality=booked.room.modality,
        station_ae_title=booked.room.station_ae_title,
        exam_label=request.exam.label if request.exam else "",
        referring_physician=request.author_label,
        performing_physician=act.exam.supervisor_label,
    )
