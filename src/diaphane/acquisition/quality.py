"""The imageur's check of the images, while the patient is still there (R88, R95)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from diaphane.acts.operations import advance, note, open_duty, settle_duties
from diaphane.acts.queries import list_open_duties
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.errors import ConflictError, GuardError, Missing, NotAllowedError
from diaphane.kernel.rights import may

from .checking import check_exam_images
from .models import Exam, ExamState
from .transitions import EXAM_TABLE

NEXT_STEP_DONE = "exam.next_step_done"
NEXT_STEP_WITHIN = timedelta(hours=24)


def begin_check(*, exam: Exam, by: Actor, at: datetime) -> Exam:
    """Open the check once every image is received and verified, and what they show was judged (R88)."""
    with transaction.atomic():
        moved = advance(exam, EXAM_TABLE, "check", by=by, at=at)
        check_exam_images(act=moved.act, at=at, is_settled=True)
    return moved


def ask_repeat(*, exam: Exam, reason: str, by: Actor, at: datetime) -> Exam:
    """Ask the MERM for another series, with the reason (R76, R88).

    Where contrast is prescribed, who is in the building is asked again: it was true of the first injection
    only (R84).

    Raises:
        GuardError: no reason is given: the technologist would not know what to do again.
    """
    if not reason.strip():
        what = _("Which images, and why")
        raise GuardError(
            _("Say what is to be done again."), [Missing("R88", what, _("You"), field="comment")]
        )
    return advance(exam, EXAM_TABLE, "repeat", by=by, at=at, reason=reason, fill=_ask_physician_again)


def accept_images(*, exam: Exam, by: Actor, at: datetime) -> Exam:
    """Accept: the patient may leave (R88).

    Images are judged once more at that moment; what is serious and unanswered needs a word first.
    """
    check_exam_images(act=exam.act, at=at, is_settled=True)  # kept whatever the guards answer
    return _judge(exam, "accept", "", "", by, at)


def accept_with_reserve(*, exam: Exam, comment: str, by: Actor, at: datetime) -> Exam:
    """Accept, and say what limits the reading; also when a silent gateway keeps the check shut (R88).

    The reserve is the word that what was found asks for; images of somebody else have none (R40).
    """
    check_exam_images(act=exam.act, at=at)
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
            due_at=at + NEXT_STEP_WITHIN,
            by=by,
            at=at,
        )
    return moved


def record_next_step_done(*, exam: Exam, by: Actor, at: datetime) -> None:
    """Settle what a refusal to conclude left owed: its next step is organised (R95).

    Raises:
        NotAllowedError: the demandeur's side sees to it.
        ConflictError: the exam has a conclusion, or this was settled already.
    """
    if not may(by, "exam.organise"):
        raise NotAllowedError(_("The requesting physician organises the next step."))
    with transaction.atomic():
        held = Exam.objects.select_for_update(of=("self",)).get(pk=exam.pk)
        if held.state != ExamState.NOT_INTERPRETABLE or not is_next_step_owed(held):
            raise ConflictError(_("Nothing is owed here any more."))
        note(held.act, NEXT_STEP_DONE, subject_type="exam", subject_id=held.pk, by=by, at=at)
        settle_duties(held.act, NEXT_STEP_DONE, by=by, at=at)


def is_next_step_owed(exam: Exam) -> bool:
    """Say whether the next step of an exam without conclusion still has to be organised."""
    return list_open_duties(exam.act).filter(guard=NEXT_STEP_DONE).exists()


def start_reading(*, exam: Exam, by: Actor, at: datetime) -> Exam:
    """Take accepted images for reading."""
    return advance(exam, EXAM_TABLE, "read", by=by, at=at)


def _ask_physician_again(exam: Exam) -> tuple[str, ...]:
    if not exam.act.request.contrast_prescription.strip():
        return ()
    exam.on_site_physician = ""
    return ("on_site_physician",)


def _judge(exam: Exam, name: str, comment: str, next_step: str, by: Actor, at: datetime) -> Exam:
    with transaction.atomic():
        Exam.objects.filter(pk=exam.pk, state__in=(ExamState.ACQUIRED, ExamState.CHECKING)).update(
            quality_comment=comment,
            quality_next_step=next_step,
            quality_by_label=by.label,
            quality_at=at,
        )
        return advance(exam, EXAM_TABLE, name, by=by, at=at)
