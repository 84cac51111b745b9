"""What the demandeur must have read, and the news owed to the médecin traitant (R69, R73, R75)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from diaphane.acts.operations import note, open_duty, settle_duties
from diaphane.acts.queries import list_open_duties
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.errors import ConflictError, GuardError, Missing, NotAllowedError
from diaphane.kernel.rights import may

from .models import ExamRequest

READ_WITHIN = timedelta(hours=2)
TELL_WITHIN = timedelta(hours=24)
DECISION_READ = "request.decision_read"
TREATING_TOLD = "request.treating_told"


def owe_a_reading(request: ExamRequest, *, by: Actor, at: datetime) -> None:
    """Owe the demandeur's reading of a decision that is not the one asked for; else owe nothing."""
    replaced = request.substitution
    is_replaced_alone = replaced is not None and not replaced.is_agreed
    if not (request.is_downgraded or is_replaced_alone):
        return
    open_duty(
        request.act,
        requirement="R69" if is_replaced_alone else "R73",
        guard=DECISION_READ,
        owner=Role.REQUESTING_PHYSICIAN,
        due_at=at + READ_WITHIN,
        by=by,
        at=at,
    )


def acknowledge_decision(*, request: ExamRequest, by: Actor, at: datetime) -> None:
    """Record that the demandeur has read a decision that differs from what was asked for (R69, R73).

    Raises:
        NotAllowedError: not a demandeur.
        ConflictError: nothing waits to be read.
    """
    with transaction.atomic():
        _lock_owing(request, DECISION_READ, by)
        note(request.act, DECISION_READ, subject_type="request", subject_id=request.pk, by=by, at=at)
        settle_duties(request.act, DECISION_READ, by=by, at=at)


def owe_news_to_treating_physician(request: ExamRequest, *, by: Actor, at: datetime) -> None:
    """Owe the médecin traitant the news that nothing is done at a distance, and what is instead (R75)."""
    open_duty(
        request.act,
        requirement="R75",
        guard=TREATING_TOLD,
        owner=Role.REQUESTING_PHYSICIAN,
        due_at=at + TELL_WITHIN,
        by=by,
        at=at,
    )


def record_treating_told(*, request: ExamRequest, words: str, by: Actor, at: datetime) -> None:
    """Record who told the médecin traitant, and how; or that the patient has none (R75).

    Raises:
        NotAllowedError: not a demandeur.
        ConflictError: it is not owed, or no longer.
        GuardError: no words, or too many.
    """
    with transaction.atomic():
        held = _lock_owing(request, TREATING_TOLD, by)
        if not words.strip() or len(words.strip()) > 200:
            what = _("Who was told, and how (or that the patient has no treating physician), briefly")
            raise GuardError(
                _("A few words are needed."), [Missing("R75", what, _("You"), field="treating_told")]
            )
        held.treating_told, held.treating_told_at = words.strip(), at
        held.save(update_fields=["treating_told", "treating_told_at"])
        note(held.act, TREATING_TOLD, subject_type="request", subject_id=held.pk, by=by, at=at)
        settle_duties(held.act, TREATING_TOLD, by=by, at=at)


def _lock_owing(request: ExamRequest, guard: str, by: Actor) -> ExamRequest:
    if not may(by, "request.acknowledge"):
        raise NotAllowedError(_("Only the requesting physician says this."))
    held = ExamRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if not list_open_duties(held.act).filter(guard=guard).exists():
        raise ConflictError(_("This was already acknowledged."))
    return held
