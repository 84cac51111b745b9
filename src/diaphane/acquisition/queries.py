"""Read exams, and what a site's modalities are to make."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from diaphane.acts.models import Act
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.patients.models import Patient
from diaphane.patients.queries import get_local_identifier
from diaphane.scheduling.models import Appointment

from .models import Exam, ExamState

STEP_STATUS = {
    ExamState.SCHEDULED: "SCHEDULED",
    ExamState.ARRIVED: "ARRIVED",
    ExamState.READY: "READY",
    ExamState.IN_PROGRESS: "STARTED",
}
_ON_BOARD = (*STEP_STATUS, ExamState.TO_SCHEDULE, ExamState.ACQUIRED, ExamState.CHECKING)
_TO_READ = (
    ExamState.ACQUIRED,
    ExamState.CHECKING,
    ExamState.ACCEPTED,
    ExamState.ACCEPTED_WITH_RESERVE,
    ExamState.BEING_READ,
)
_BOARD_KEEPS = timedelta(hours=12)


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


def find_exam(act: Act) -> Exam | None:
    """Return the exam of an act, or None while its request is not validated."""
    return Exam.objects.filter(act=act).select_related("act__request", "act__patient").first()


def list_board(actor: Actor) -> QuerySet[Exam]:
    """List the site's exams that a technologist still has to deal with, and those just finished."""
    exams = Exam.objects.visible_to(actor).prefetch_related("act__appointments__room")
    is_current = exams.filter(state__in=_ON_BOARD)
    is_recent = exams.filter(finished_at__gte=now() - _BOARD_KEEPS)
    return (is_current | is_recent).order_by("created_at")


def list_to_supervise(actor: Actor) -> QuerySet[Exam]:
    """List the exams an imageur is expected at: not started yet, or under way."""
    return Exam.objects.visible_to(actor).filter(state__in=STEP_STATUS).order_by("created_at")


def list_to_read(actor: Actor) -> QuerySet[Exam]:
    """List the exams whose images wait for an imageur: check or reading."""
    return Exam.objects.visible_to(actor).filter(state__in=_TO_READ).order_by("finished_at")


def list_worklist(*, site_id: UUID) -> list[WorklistStep]:
    """List what the modalities of a site are to make, soonest first."""
    booked = (
        Appointment.objects.filter(
            cancelled_at=None, room__structure_id=site_id, act__exam__state__in=STEP_STATUS
        )
        .select_related("act__patient", "act__request", "act__exam", "room__structure")
        .order_by("starts_at")
    )
    return [_worklist_step(each) for each in booked]


def _worklist_step(booked: Appointment) -> WorklistStep:
    act, issuer = booked.act, booked.room.structure.issuer
    request = act.request
    return WorklistStep(
        act=act,
        patient=act.patient,
        local_id=get_local_identifier(act.patient, issuer=issuer),
        issuer=issuer,
        status=STEP_STATUS[ExamState(act.exam.state)],
        starts_at=booked.starts_at,
        modality=booked.room.modality,
        station_ae_title=booked.room.station_ae_title,
        exam_label=request.exam.label if request.exam else "",
        referring_physician=request.author_label,
        performing_physician=act.exam.supervisor_label,
    )
