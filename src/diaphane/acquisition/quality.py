"""The imageur's check of the images, while the patient is still there (R88, R95)."""

from datetime import datetime

from django.db import transaction

from diaphane.acts.operations import advance, open_duty
from diaphane.kernel.actors import Actor, Role

from .models import Exam, ExamState
from .transitions import EXAM_TABLE

NEXT_STEP_DONE = "exam.next_step_done"


def begin_check(*, exam: Exam, by: Actor, at: datetime) -> Exam:
    """Open the check once every image is received and verified (R88)."""
    return advance(exam, EXAM_TABLE, "check", by=by, at=at)


def ask_repeat(*, exam: Exam, reason: str, by: Actor, at: datetime) -> Exam:
    """Ask the MERM for another series, with the reason (R76, R88)."""
    return advance(exam, EXAM_TABLE, "repeat", by=by, at=at, reason=reason)


def accept_images(*, exam: Exam, by: Actor, at: datetime) -> Exam:
    """Accept: the patient may leave (R88)."""
    return _judge(exam, "accept", "", "", by, at)


def accept_with_reserve(*, exam: Exam, comment: str, by: Actor, at: datetime) -> Exam:
    """Accept, and say what limits the reading (R88)."""
    return _judge(exam, "accept_with_reserve", comment, "", by, at)


def declare_not_interpretable(*, exam: Exam, comment: str, next_step: str, by: Actor, at: datetime) -> Exam:
    """Refuse to conclude, with why and what comes next; the next step is owed (R95)."""
    with transaction.atomic():
        moved = _judge(exam, "declare_not_interpretable", comment, next_step, by, at)
        open_duty(
            moved.act,
            requirement="R95",
            guard=NEXT_STEP_DONE,
            owner=Role.REQUESTING_PHYSICIAN,
            due_at=at,
            by=by,
            at=at,
        )
    return moved


def start_reading(*, exam: Exam, by: Actor, at: datetime) -> Exam:
    """Take accepted images for reading."""
    return advance(exam, EXAM_TABLE, "read", by=by, at=at)


def _judge(exam: Exam, name: str, comment: str, next_step: str, by: Actor, at: datetime) -> Exam:
    with transaction.atomic():
        Exam.objects.filter(pk=exam.pk, state=ExamState.CHECKING).update(
            quality_comment=comment,
            quality_next_step=next_step,
            quality_by_label=by.label,
            quality_at=at,
        )
        return advance(exam, EXAM_TABLE, name, by=by, at=at)
