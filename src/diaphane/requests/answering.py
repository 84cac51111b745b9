"""Answer the safety questions of a request, and give a motive that a vital emergency let wait (R66, R85)."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from diaphane.acts.operations import note, settle_duties
from diaphane.kernel.actors import Actor
from diaphane.kernel.errors import ConflictError, GuardError, Missing, NotAllowedError
from diaphane.kernel.rights import may
from diaphane.safety.rulebook import load_shipped

from .guards import SAFETY_MOTIVE
from .models import ExamRequest, RequestState
from .own_drafts import require_own_draft
from .safety_models import SafetyAnswer
from .safety_reading import ReadAnswer, UnreadableAnswerError, read_answer
from .safety_sources import side_of
from .transitions import REVIEWED

FIELD_PREFIX = "safety_"
"""What stands before a question's id in the name of its field."""


def answer_safety(
    *, request: ExamRequest, answers: Mapping[str, str], informant: str, by: Actor, at: datetime
) -> int:
    """Keep the answers that say something new, all of them or none; return how many.

    ``answers`` are as typed, by question; ``creatinine`` (µmol/L) may stand for ``egfr``. An empty answer
    takes the last one back. Nothing new leaves no trace, so that a page may save as often as it likes.

    Raises:
        NotAllowedError: their role answers nothing here.
        ConflictError: the request is already decided.
        GuardError: an answer is none that its question allows, or the informant is none.
    """
    with transaction.atomic():
        held = ExamRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
        moment = _require_open(held, by)
        return _write(held, answers, informant, moment, by, at)


def answer_late(
    *,
    request: ExamRequest,
    answers: Mapping[str, str],
    informant: str,
    moment: SafetyAnswer.Moment,
    by: Actor,
    at: datetime,
) -> int:
    """Keep what is learnt once the request was decided, at the table or before; return how many are new.

    Nothing is overwritten: what others answered stands beside. The caller says whether the exam still takes
    answers (``acquisition.asking``).

    Raises:
        GuardError: an answer is none that its question allows, or the informant is none.
    """
    with transaction.atomic():
        held = ExamRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
        return _write(held, answers, informant, moment, by, at)


def explain_safety(*, request: ExamRequest, motive: str, by: Actor, at: datetime) -> None:
    """Write afterwards the motive that a vital emergency let wait, and settle what was owed (R66).

    Raises:
        NotAllowedError: not a radiologist.
        ConflictError: not validated, or the motive is written already.
        GuardError: no words.
    """
    if not may(by, "request.validate"):
        raise NotAllowedError(_("Only a radiologist decides this."))
    with transaction.atomic():
        held = ExamRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
        if held.state != RequestState.VALIDATED or held.safety_motive.strip():
            raise ConflictError(_("No safety motive is awaited for this request."))
        if not motive.strip():
            what = _("Why the exam goes on, and with which precautions")
            raise GuardError(
                _("A motive is needed."), [Missing("R66", what, _("You"), field="safety_motive")]
            )
        held.safety_motive = motive.strip()
        held.save(update_fields=["safety_motive"])
        settle_duties(held.act, SAFETY_MOTIVE.code, by=by, at=at)
        note(held.act, "request.safety_explained", subject_type="request", subject_id=held.pk, by=by, at=at)


def _write(
    held: ExamRequest,
    answers: Mapping[str, str],
    informant: str,
    moment: SafetyAnswer.Moment,
    by: Actor,
    at: datetime,
) -> int:
    new = _keep_new(held, _read_all(held, answers, informant, at), informant, moment)
    SafetyAnswer.objects.bulk_create(
        SafetyAnswer(
            request=held,
            question_id=each.question_id,
            value=each.value,
            typed=each.typed,
            informant=informant,
            moment=moment,
            by_id=by.id,
            by_label=by.label,
            answered_at=at,
        )
        for each in new
    )
    if new:
        note(held.act, "request.safety_answered", subject_type="request", subject_id=held.pk, by=by, at=at)
    return len(new)


def _require_open(held: ExamRequest, by: Actor) -> SafetyAnswer.Moment:
    if held.state == RequestState.DRAFT:
        action, moment = "request.write", SafetyAnswer.Moment.REQUEST
    elif held.state in REVIEWED:
        moments = SafetyAnswer.Moment
        action, moment = "request.answer", moments.AFTER if held.validated_at else moments.REVIEW
    else:
        raise ConflictError(_("This request is already decided: its answers no longer change."))
    if held.state == RequestState.DRAFT:
        require_own_draft(held, by)
    if not may(by, action):
        raise NotAllowedError(_("Your role does not answer the safety questions of this request."))
    return moment


def _read_all(
    held: ExamRequest, answers: Mapping[str, str], informant: str, at: datetime
) -> dict[str, ReadAnswer]:
    read: dict[str, ReadAnswer] = {}
    wrong: list[Missing] = []
    if informant not in {"", *SafetyAnswer.Informant.values}:
        wrong.append(_refuse("informant", _("Who answered, among those of the list")))
    for name, raw in answers.items():
        try:
            each = read_answer(load_shipped(), name, raw, patient=held.act.patient, on=localdate(at))
        except UnreadableAnswerError as refusal:
            wrong.append(_refuse(name, refusal.words))
        else:
            read[each.question_id] = each
    if wrong:
        raise GuardError(_("Some safety answers need to be looked at again."), wrong)
    return read


def _refuse(name: str, words: object) -> Missing:
    return Missing("R66", words, _("You"), field=f"{FIELD_PREFIX}{name}")  # type: ignore[arg-type]


def _keep_new(
    held: ExamRequest, read: Mapping[str, ReadAnswer], informant: str, moment: SafetyAnswer.Moment
) -> list[ReadAnswer]:
    """Keep what differs from the last answer of the same side, or now has an informant that it lacked."""
    side = side_of(moment)
    last = {each.question_id: each for each in held.safety_answers.all() if side_of(each.moment) == side}

    def is_new(answer: ReadAnswer) -> bool:
        kept = last.get(answer.question_id)
        if kept is None:
            return bool(answer.value)
        is_same = (kept.value, kept.typed) == (answer.value, answer.typed)
        return not is_same or bool(informant and kept.value and not kept.informant)

    return [each for each in read.values() if is_new(each)]
