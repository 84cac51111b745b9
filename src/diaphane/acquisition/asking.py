"""Ask the safety questions again at the table, and take in what is learnt before the exam starts (R68, R85).

Each answer is kept beside the site's, with who answered. One that binds more than what the imageur validated
takes the request back to them: its protocol is suspended at once (``requests.reopening``).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from diaphane.acts.operations import settle_duties
from diaphane.acts.queries import list_open_duties
from diaphane.kernel.actors import SYSTEM, Actor
from diaphane.kernel.errors import ConflictError, GuardError, Missing, NotAllowedError
from diaphane.kernel.rights import may
from diaphane.requests.answering import answer_late
from diaphane.requests.own_questions import list_own_questions
from diaphane.requests.reopening import reopen_for_new_facts
from diaphane.requests.safety_models import SafetyAnswer
from diaphane.requests.settling import settle_difference as settle

from .models import Exam
from .safety_guards import SAFETY_ASKED, SAFETY_SETTLED, list_table_questions
from .transitions import AT_THE_TABLE, BEFORE_START

_FOLLOWED = (SAFETY_ASKED, SAFETY_SETTLED)


@dataclass(frozen=True)
class Told:
    """Answers as typed, by question, and who gave them."""

    answers: Mapping[str, str]
    informant: str


def answer_at_table(*, exam: Exam, told: Told, by: Actor, at: datetime) -> None:
    """Keep what was answered beside the machine: before the start, or afterwards what an emergency let wait.

    Raises:
        NotAllowedError: the actor is not beside the patient.
        ConflictError: the patient is not at the table.
        GuardError: nobody is said to have answered, or an answer is missing or none.
    """
    if not may(by, "exam.prepare"):
        raise NotAllowedError(_("Only a technologist writes what is done beside the patient."))
    _require_told(told)
    with transaction.atomic():
        held = Exam.objects.select_for_update(of=("self",)).get(pk=exam.pk)
        if held.state not in AT_THE_TABLE and not _is_owed(held):
            raise ConflictError(_("The patient is not being prepared any more."))
        _take_in(held, told, SafetyAnswer.Moment.TABLE, by, at)


def confirm_at_table(*, exam: Exam, question_ids: Iterable[str], by: Actor, at: datetime) -> None:
    """Keep as confirmed by the patient what the site answered: harmless answers alone, never a guess.

    Raises:
        NotAllowedError, ConflictError: see ``answer_at_table``.
        GuardError: an answer that binds, or that no urgency bypasses, is asked and not confirmed.
    """
    with transaction.atomic():
        Exam.objects.select_for_update(of=("self",)).get(pk=exam.pk)
        asked = {each.question.id: each for each in list_table_questions(exam, at=at)}
        chosen = [asked[name] for name in question_ids if name in asked]
        wrong = [each for each in chosen if not each.is_harmless]
        if wrong:
            raise GuardError(
                _("This answer is asked for, not confirmed."),
                [Missing("R85", each.question.text, _("You")) for each in wrong],
            )
        answers = {each.question.id: each.said.value for each in chosen if each.said}
        told = Told(answers, SafetyAnswer.Informant.PATIENT)
        answer_at_table(exam=exam, told=told, by=by, at=at)


def note_new_fact(*, exam: Exam, told: Told, by: Actor, at: datetime) -> None:
    """Keep what is learnt after the validation and before the exam: a result, an allergy, an implant.

    Raises:
        NotAllowedError: their role answers nothing here.
        ConflictError: the exam has started, or does not take place.
        GuardError: an answer is none that its question allows, or the informant is none.
    """
    if not may(by, "request.answer"):
        raise NotAllowedError(_("Your role does not answer the safety questions of this request."))
    with transaction.atomic():
        held = Exam.objects.select_for_update(of=("self",)).get(pk=exam.pk)
        if held.state not in BEFORE_START:
            raise ConflictError(_("The exam has started: call the radiologist."))
        _take_in(held, told, SafetyAnswer.Moment.AFTER, by, at)


def answer_in_own_space(*, exam: Exam, answers: Mapping[str, str], by: Actor, at: datetime) -> None:
    """Keep what a patient answers in their own space; it stands beside the site's, and is asked again (R128).

    Raises:
        NotAllowedError: the exam is not theirs.
        ConflictError: the exam has started, or does not take place.
        GuardError: an answer that the patient is not asked for, or none.
    """
    if not may(by, "patient.prepare") or by.patient_id != exam.act.patient_id:
        raise NotAllowedError(_("One answers for one’s own exam."))
    with transaction.atomic():
        held = Exam.objects.select_for_update(of=("self",)).get(pk=exam.pk)
        if held.state not in BEFORE_START:
            raise ConflictError(_("The exam has started: tell the person who is with you."))
        asked = {each.id: each for each in list_own_questions(held.act.request, at=at)}
        wrong = [
            name for name, value in answers.items() if name not in asked or value not in asked[name].values
        ]
        if wrong or not answers:
            what = Missing("R128", _("An answer among those of the page"), _("You"))
            raise GuardError(_("Nothing was kept: reload the page."), [what])
        told = Told(answers, SafetyAnswer.Informant.PATIENT)
        _take_in(held, told, SafetyAnswer.Moment.SPACE, by, at)


def settle_difference(
    *, exam: Exam, question_id: str, value: str, motive: str, by: Actor, at: datetime
) -> None:
    """Say which of several answers is right, before the exam or where an emergency let it wait.

    Raises:
        NotAllowedError, ConflictError, GuardError: see ``requests.settling``.
    """
    with transaction.atomic():
        held = Exam.objects.select_for_update(of=("self",)).get(pk=exam.pk)
        if held.state not in BEFORE_START and not _is_owed(held):
            raise ConflictError(_("The patient is not being prepared any more."))
        choice = {"question_id": question_id, "value": value, "motive": motive}
        settle(request=held.act.request, **choice, by=by, at=at)
        _follow(held, by, at)


def _require_told(told: Told) -> None:
    if not told.informant:
        who = Missing("R85", _("Who answers"), _("You"), field="safety_informant")
        raise GuardError(_("Say who answers."), [who])
    if not all(each.strip() for each in told.answers.values()):
        what = Missing("R85", _("An answer, or “not known”"), _("You"))
        raise GuardError(_("An answer is missing."), [what])


def _take_in(held: Exam, told: Told, moment: SafetyAnswer.Moment, by: Actor, at: datetime) -> None:
    given = {"answers": told.answers, "informant": told.informant}
    answer_late(request=held.act.request, **given, moment=moment, by=by, at=at)  # type: ignore[arg-type]
    if held.state in BEFORE_START:
        # A patient decides nothing of an act: what they answer moves it, as the system does.
        mover = SYSTEM if moment == SafetyAnswer.Moment.SPACE else by
        reopen_for_new_facts(request=held.act.request, by=mover, at=at)
    _follow(held, by, at)


def _follow(held: Exam, by: Actor, at: datetime) -> None:
    """Settle what an emergency let wait, once it holds."""
    if _is_owed(held):
        for guard in _FOLLOWED:
            if guard.check(held, by) is None:
                settle_duties(held.act, guard.code, by=by, at=at)


def _is_owed(held: Exam) -> bool:
    owed = [guard.code for guard in _FOLLOWED]
    return list_open_duties(held.act).filter(guard__in=owed).exists()
