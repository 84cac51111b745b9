"""Propose another exam than the one asked for; the demandeur answers, or the performer decides (R69, R76)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from diaphane.acts.operations import advance
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.errors import ConflictError, GuardError, Missing

from .catalogue import CATALOGUE
from .leases import renew_lease
from .models import ExamRequest, RequestState
from .substitution_models import Substitution
from .transitions import REQUEST_TABLE


def propose_exam(*, request: ExamRequest, exam_code: str, why: str, by: Actor, at: datetime) -> ExamRequest:
    """Put another exam in the place of the one asked for, and ask the demandeur (R69).

    The request then holds the new exam: its safety questions are asked and judged, whoever answers. What
    was asked for first stays written beside.

    Raises:
        GuardError: no words, an exam that is none, the same one, or one never read at a distance.
        NotAllowedError, ConflictError: see ``advance``.
    """
    missing = _list_missing(request, exam_code, why)
    if missing:
        raise GuardError(_("This exam cannot be proposed."), missing)
    with transaction.atomic():
        held = ExamRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
        before = held.exam_code
        if held.state == RequestState.UNDER_REVIEW:
            ExamRequest.objects.filter(pk=held.pk).update(exam_code=exam_code)
        moved = advance(held, REQUEST_TABLE, "propose", by=by, at=at, reason=why.strip())
        Substitution.objects.create(
            request=moved,
            from_code=before,
            to_code=exam_code,
            why=why.strip(),
            by_id=by.id,
            by_label=by.label,
            proposed_at=at,
        )
    return moved


def answer_proposal(
    *, request: ExamRequest, is_agreed: bool, words: str, by: Actor, at: datetime
) -> ExamRequest:
    """Agree or not to the exam proposed; the imageur notes what was said by telephone, and who said it.

    Raises:
        GuardError: no words where they are needed: why not, or who said it.
        NotAllowedError, ConflictError: see ``advance``.
    """
    if not words.strip() and (not is_agreed or by.role is Role.IMAGEUR):
        is_heard = by.role is Role.IMAGEUR
        what = _("Who said it, and what was said") if is_heard else _("Why you do not agree")
        raise GuardError(_("A few words are needed."), [Missing("R69", what, _("You"), field="answer_words")])
    with transaction.atomic():
        name = "agree" if is_agreed else "dispute"
        moved = advance(request, REQUEST_TABLE, name, by=by, at=at, reason=words.strip())
        renew_lease(request=moved, at=at)
        _keep_answer(moved, is_agreed=is_agreed, words=words.strip(), by=by, at=at)
    return moved


def decide_alone(*, request: ExamRequest, words: str, by: Actor, at: datetime) -> ExamRequest:
    """Go on with the exam proposed without waiting any longer: the performer decides, in writing (R69).

    Raises:
        GuardError: no words, or another radiologist holds the request.
        NotAllowedError, ConflictError: see ``advance``.
    """
    with transaction.atomic():
        keep_performer_words(request, words)
        renew_lease(request=request, at=at)
        return advance(request, REQUEST_TABLE, "decide_alone", by=by, at=at, reason=words.strip())


def keep_performer_words(request: ExamRequest, words: str) -> None:
    """Write why the performer goes on without an agreement; nothing when there is one, or no words."""
    last = ExamRequest.objects.select_for_update(of=("self",)).get(pk=request.pk).substitution
    if last is not None and not last.is_agreed and words.strip():
        last.performer_words = words.strip()
        last.save(update_fields=["performer_words"])


def _keep_answer(request: ExamRequest, *, is_agreed: bool, words: str, by: Actor, at: datetime) -> None:
    last = request.substitution
    if last is None:
        raise ConflictError(_("No other exam is proposed."))
    last.answer = Substitution.Answer.AGREED if is_agreed else Substitution.Answer.DISPUTED
    last.answer_words, last.answered_at = words, at
    last.answered_by_id, last.answered_by_label = by.id, by.label
    last.save(update_fields=["answer", "answer_words", "answered_at", "answered_by_id", "answered_by_label"])


def _list_missing(request: ExamRequest, exam_code: str, why: str) -> list[Missing]:
    exam, found = CATALOGUE.get(exam_code), []
    if exam is None or exam_code == request.exam_code:
        found.append(Missing("R69", _("Another exam than the one asked for"), _("You"), field="exam_code"))
    elif exam.refused_by:
        words = _("This exam is not read at a distance: refuse the request, and propose it on site.")
        found.append(Missing(exam.refused_by, words, _("You"), field="exam_code"))
    if request.is_suspended:
        words = _("Its slot is for the exam that was decided: refuse it, and say the other way.")
        found.append(Missing("R69", words, _("You"), field="exam_code"))
    if not why.strip():
        found.append(Missing("R69", _("Why another exam is better"), _("You"), field="why"))
    return found
