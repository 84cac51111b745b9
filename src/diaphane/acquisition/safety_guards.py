"""The safety rules at the table: asked again, not contradictory, under a protocol that holds (R68, R85)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.kernel.errors import Missing
from diaphane.kernel.transitions import Guard
from diaphane.requests.models import RequestState
from diaphane.requests.safety import RequestSafety, judge_request
from diaphane.requests.safety_models import SafetyAnswer
from diaphane.requests.safety_sources import IMPLANT, PREGNANCY, answer_of_field, is_own, is_table
from diaphane.safety.engine import UNKNOWN
from diaphane.safety.rulebook import Question

from .guards import must_ask_implants, must_ask_pregnancy
from .models import Exam

_TECHNOLOGIST = _("The technologist")
_IMAGEUR = _("The radiologist")


@dataclass(frozen=True)
class TableQuestion:
    """One question asked again: what the site said, what the table answers, and how far one touch goes."""

    question: Question
    said: SafetyAnswer | None
    answered: SafetyAnswer | None
    is_harmless: bool
    """Whether one touch confirms what the site said: known, it binds nobody, and may be bypassed."""
    own: SafetyAnswer | None = None
    """What the patient answered in their own space."""


def list_table_questions(exam: Exam, *, at: datetime) -> list[TableQuestion]:
    """List the questions that the rules of this exam ask again at the table.

    Pregnancy before an ionising act and implants before an MRI have their own answer there (R68, R85).
    """
    request = exam.act.request
    return [*_make_questions(exam, judge_request(request, at=at))]


def _make_questions(exam: Exam, safety: RequestSafety) -> Iterable[TableQuestion]:
    aside = {PREGNANCY} if must_ask_pregnancy(exam) else set()
    aside |= {IMPLANT} if must_ask_implants(exam) else set()
    given = list(exam.act.request.safety_answers.all())
    for question in safety.questions:
        if question.id in aside or not question.is_asked_at_table:
            continue
        of_question = [each for each in given if each.question_id == question.id and each.value]
        table = [each for each in of_question if is_table(each)]
        site = [each for each in of_question if not is_table(each) and not is_own(each)]
        own = [each for each in of_question if is_own(each)]
        said = (site[-1] if site else None) or answer_of_field(exam.act.request, question.id)
        answered = table[-1] if table else None
        is_harmless = _is_harmless(question, said, safety)
        yield TableQuestion(question, said, answered, is_harmless, own[-1] if own else None)


def _is_harmless(question: Question, said: SafetyAnswer | None, safety: RequestSafety) -> bool:
    if said is None or said.value == UNKNOWN:
        return False
    silence = question.if_unknown
    is_grave = silence.is_never_bypassed or silence.blocks_at_table
    return not is_grave and not safety.list_findings_of(question.id)


def _safety_asked(exam: Exam, by: Actor) -> Missing | None:
    waiting = [each for each in list_table_questions(exam, at=now()) if each.answered is None]
    return _join(
        Missing("R85", each.question.text, _TECHNOLOGIST, field=f"table_{each.question.id}")
        for each in waiting
    )


def _safety_settled(exam: Exam, by: Actor) -> Missing | None:
    safety = judge_request(exam.act.request, at=now())
    words = _("Two answers differ: %(question)s")
    return _join(
        Missing(
            "R85",
            words % {"question": safety.rulebook.questions[each.question_id].text},
            _("The technologist or the radiologist"),
            field=f"differs_{each.question_id}",
        )
        for each in safety.differences
    )


def _protocol_holds(exam: Exam, by: Actor) -> Missing | None:
    """Stop at a request that a new fact took back, or that was refused or withdrawn since."""
    if exam.act.request.state == RequestState.VALIDATED:
        return None
    return Missing("R85", _("The protocol is suspended: the radiologist decides again"), _IMAGEUR)


def _never_bypassed(exam: Exam, by: Actor) -> Missing | None:
    found = [each.consequence for each in judge_request(exam.act.request, at=now()).findings]
    return _join(Missing("R85", each.text, _IMAGEUR) for each in found if each.is_never_bypassed)


def _join(found: Iterable[Missing]) -> Missing | None:
    each = tuple(found)
    return replace(each[0], others=each[1:]) if each else None


SAFETY_ASKED = Guard(
    "R85",
    "exam.safety_asked",
    _("The safety questions are asked again at the table"),
    _safety_asked,
    yields_to_vital=True,
)
SAFETY_SETTLED = Guard(
    "R85",
    "exam.safety_settled",
    _("Of safety answers that differ, a person said which is right"),
    _safety_settled,
    yields_to_vital=True,
)
PROTOCOL_HOLDS = Guard(
    "R85",
    "exam.protocol_holds",
    _("No new fact suspends the radiologist’s protocol"),
    _protocol_holds,
)
NEVER_BYPASSED = Guard(
    "R85",
    "exam.never_bypassed",
    _("What no urgency bypasses is settled by the answers of the table"),
    _never_bypassed,
)
SAFETY = (SAFETY_ASKED, SAFETY_SETTLED, PROTOCOL_HOLDS, NEVER_BYPASSED)
