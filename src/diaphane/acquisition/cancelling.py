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
ALTERNATIVE_WITHIN = timedelta(hours=2)
_REFUSED = {
    CancelMotive.REFUSES_ACT: Consent.Subject.ACT,
    CancelMotive.REFUSES_DISTANCE: Consent.Subject.DISTANCE,
}
REQUEST_ENDED = "request_ended"
"""Why an exam is cancelled when its request is refused or cancelled after all, as the history says it."""
_NOT_STARTED = (ExamState.TO_SCHEDULE, ExamState.SCHEDULED, ExamState.ARRIVED, ExamState.READY)
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
        moved = advance(exam, EXAM_TABLE, arrow, by=by, at=at, reason=words)
        moved.cancel_motive = chosen.value
        moved.save(update_fields=["cancel_motive"])
        cancel_slot(act=moved.act, by=by, at=at)
        if chosen in _REFUSED:
            _record_refusal(moved, _REFUSED[chosen], by, at)
        if chosen in _LEAVES_A_NEED:
            open_duty(
                moved.act,
                requirement="R60",
                guard=ALTERNATIVE_ORGANISED,
                owner=Role.REQUESTING_PHYSICIAN,
                due_at=at + ALTERNATIVE_WITHIN,
                by=by,
                at=at,
                reason=str(_("Organise another way to make this exam")),
            )
    return moved


def cancel_exam_of_ended(*, act: Act, at: datetime) -> None:
    """Cancel the exam of a request that was reopened, then ended; nothing to cancel is no error (R74)."""
    with transaction.atomic():
        exam = Exam.objects.select_for_update(of=("self",)).filter(act=act, state__in=_NOT_STARTED).first()
        if exam is None:
            return
        moved = advance(exam, EXAM_TABLE, "cancel", by=SYSTEM, at=at, reason=REQUEST_ENDED)
        moved.cancel_motive = CancelMotive.OTHER
        moved.save(update_fields=["cancel_motive"])
        cancel_slot(act=moved.act, by=SYSTEM, at=at)


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
