"""Cancel an exam, or interrupt it before any image: why, and the other way that someone must find (R60)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from diaphane.acts.models import Act
from diaphane.acts.operations import advance, open_duty, settle_duties
from diaphane.acts.queries import list_open_duties
from diaphane.consents.models import Consent
from diaphane.consents.operations import record_consent
from diaphane.consents.queries import get_consent
from diaphane.kernel.actors import SYSTEM, Actor, Role
from diaphane.kernel.errors import ConflictError, GuardError, Missing, NotAllowedError
from diaphane.kernel.rights import may
from diaphane.scheduling.operations import cancel_slot

from .models import CancelMotive, Exam, ExamState
from .transitions import EXAM_TABLE

ALTERNATIVE_ORGANISED = "exam.alternative_organised"
_ALTERNATIVE_WITHIN = timedelta(hours=2)
MOTIVE_OF_NO = {
    Consent.Subject.ACT: CancelMotive.REFUSES_ACT,
    Consent.Subject.DISTANCE: CancelMotive.REFUSES_DISTANCE,
}
"""Why an exam ends when the patient says no to one of the two."""
_REFUSED = {motive: subject for subject, motive in MOTIVE_OF_NO.items()}
REQUEST_ENDED = "request_ended"
"""Why an exam is cancelled when its request is refused or cancelled after all, as the history says it."""
_LEAVES_A_NEED = frozenset({CancelMotive.REFUSES_ACT, CancelMotive.REFUSES_DISTANCE, CancelMotive.BREAKDOWN})


def cancel_exam(*, exam: Exam, motive: str, by: Actor, at: datetime, reason: str = "") -> Exam:
    """Cancel before the start, or interrupt before any image; the slot is given back (R60).

    A refusal is recorded as the answer to its consent. A patient who refuses, or whom a breakdown stops,
    still needs care: the demandeur owes another way.

    Raises:
        GuardError: no motive of the list, or « other » without words.
    """
    if motive not in CancelMotive.values or (motive == CancelMotive.OTHER and not reason.strip()):
        raise GuardError(
            _("A reason is needed."),
            [Missing("R60", _("Why the exam does not take place"), _("You"), field="motive")],
        )
    chosen = CancelMotive(motive)
    with transaction.atomic():
        words = " · ".join(each for each in (str(chosen.label), reason.strip()) if each)
        arrow = "interrupt" if exam.state == ExamState.IN_PROGRESS else "cancel"
        moved = end_exam(exam, arrow, chosen, by=by, at=at, reason=words)
        if chosen in _REFUSED:
            _record_refusal(moved, _REFUSED[chosen], by, at)
        if chosen in _LEAVES_A_NEED:
            owe_another_way(moved.act, str(_("Organise another way to make this exam")), by=by, at=at)
    return moved


def end_exam(exam: Exam, step: str, motive: CancelMotive, *, by: Actor, at: datetime, reason: str) -> Exam:
    """Take the step that ends an exam, keep why, and give its slot back, together (R60)."""

    def fill(ended: Exam) -> tuple[str, ...]:
        ended.cancel_motive = motive.value
        return ("cancel_motive",)

    with transaction.atomic():
        moved = advance(exam, EXAM_TABLE, step, by=by, at=at, reason=reason, fill=fill)
        cancel_slot(act=moved.act, by=by, at=at)
    return moved


def owe_another_way(act: Act, reason: str, *, by: Actor, at: datetime) -> None:
    """Have the demandeur find what is done instead (R60)."""
    open_duty(
        act,
        requirement="R60",
        guard=ALTERNATIVE_ORGANISED,
        owner=Role.REQUESTING_PHYSICIAN,
        due_at=at + _ALTERNATIVE_WITHIN,
        by=by,
        at=at,
        reason=reason,
    )


def cancel_exam_of_ended(*, act: Act, at: datetime) -> None:
    """Cancel the exam of a request that was reopened, then ended; nothing to cancel is no error (R74)."""
    with transaction.atomic():
        planned = EXAM_TABLE["cancel"].sources
        exam = Exam.objects.select_for_update(of=("self",)).filter(act=act, state__in=planned).first()
        if exam is not None:
            end_exam(exam, "cancel", CancelMotive.OTHER, by=SYSTEM, at=at, reason=REQUEST_ENDED)


def organise_alternative(*, act: Act, by: Actor, at: datetime) -> None:
    """Record that another way was found for the patient (R60).

    Raises:
        NotAllowedError: the demandeur's side sees to it.
        ConflictError: nothing of the kind is owed, or not any more.
    """
    if not may(by, "request.acknowledge"):
        raise NotAllowedError(_("The requesting physician organises another way."))
    if not list_open_duties(act).filter(guard=ALTERNATIVE_ORGANISED).exists():
        raise ConflictError(_("Nothing is owed here any more."))
    settle_duties(act, ALTERNATIVE_ORGANISED, by=by, at=at)


def _record_refusal(exam: Exam, subject: Consent.Subject, by: Actor, at: datetime) -> None:
    last = get_consent(exam.act, subject)
    if last is None or not last.is_no:
        record_consent(
            act=exam.act,
            subject=subject,
            outcome=Consent.Outcome.REFUSED,
            source=Consent.Source.PATIENT,
            by=by,
            at=at,
        )
