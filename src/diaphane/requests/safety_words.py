"""Put a safety answer in words: its choice, its number and unit, or that nobody knows (R66)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from diaphane.safety.engine import UNKNOWN
from diaphane.safety.rulebook import Question, load_shipped

from .models import ExamRequest
from .safety_models import SafetyAnswer


@dataclass(frozen=True)
class SpelledAnswer:
    """One answer as a person reads it, with the question that it was given to."""

    question: str
    words: str | Promise
    answer: SafetyAnswer


def spell_answers(request: ExamRequest) -> tuple[SpelledAnswer, ...]:
    """Spell everything that was answered to a request, the earlier answers too, in the order of time."""
    questions = load_shipped().questions
    return tuple(
        SpelledAnswer(questions[kept.question_id].text, spell_value(questions[kept.question_id], kept), kept)
        if kept.question_id in questions
        else SpelledAnswer(kept.question_id, kept.typed or kept.value, kept)  # of a former rulebook
        for kept in request.safety_answers.order_by("answered_at", "id")
    )


def spell_value(question: Question, kept: SafetyAnswer) -> str | Promise:
    """Return an answer as people read it; a filtration rate says the creatinine that it comes from."""
    if kept.value == UNKNOWN:
        return _("not known")
    if question.choices:
        return kept.typed or question.choices.get(kept.value, kept.value)
    parts: Iterable[str] = (kept.value.replace(".", ","), question.unit)
    words = " ".join(each for each in parts if each)
    if not kept.typed:
        return words
    return _("%(rate)s, from a creatinine of %(micromoles)s µmol/L (CKD-EPI 2021)") % {
        "rate": words,
        "micromoles": kept.typed.replace(".", ","),
    }
