"""The earlier exams of a patient that the platform knows, and those that may answer already (R6, R66)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from diaphane.kernel.actors import Actor
from diaphane.patients.queries import find_survivor, list_identities

from .models import ExamRequest, RequestState

REDUNDANT_WITHIN = timedelta(days=30)
"""Ours, until a physician approves it: a recent exam of the same region is pointed out, never refused."""
MOST_SHOWN = 10
_NOT_AN_EXAM = frozenset(
    {
        RequestState.DRAFT,
        RequestState.DISCARDED,
        RequestState.ENTERED_IN_ERROR,
        RequestState.REFUSED,
        RequestState.CANCELLED,
    }
)


@dataclass(frozen=True)
class EarlierExam:
    """One exam asked for before, and whether it is of the same kind and region, lately."""

    request: ExamRequest
    asked_at: datetime
    is_same_region: bool
    is_redundant: bool


def list_earlier(request: ExamRequest, *, actor: Actor, at: datetime) -> list[EarlierExam]:
    """List the other exams of the patient that the actor may see, latest first; merged identities too."""
    people = list_identities(find_survivor(request.act.patient).pk)
    found = ExamRequest.objects.visible_to(actor).filter(act__patient_id__in=people)
    sent = found.exclude(pk=request.pk).exclude(state__in=_NOT_AN_EXAM).exclude(submitted_at=None)
    latest = sent.order_by("-submitted_at")[:MOST_SHOWN]
    return [_compare(request, each, at) for each in latest]


def _compare(request: ExamRequest, other: ExamRequest, at: datetime) -> EarlierExam:
    asked_at = other.submitted_at or other.created_at
    wanted, had = request.exam, other.exam
    is_same = wanted is not None and had is not None and bool(wanted.zones & had.zones)
    is_same_kind = is_same and wanted is not None and had is not None and wanted.modality == had.modality
    return EarlierExam(other, asked_at, is_same, is_same_kind and at - asked_at <= REDUNDANT_WITHIN)
