"""Show what the safety rules find in a request: the most binding first, each with its answers and source."""

from dataclasses import dataclass
from functools import partial

from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import pgettext_lazy

from diaphane.kernel.clock import now
from diaphane.requests.models import ExamRequest
from diaphane.requests.safety import RequestSafety, judge_request, list_to_lift
from diaphane.requests.safety_models import SafetyAnswer
from diaphane.requests.safety_words import spell_value
from diaphane.safety.engine import Finding
from diaphane.safety.outcomes import Outcome
from diaphane.safety.rulebook import Question

from .advice import AdvicePanel, describe_advice

_LOOKS: dict[Outcome, tuple[str, str, str | Promise]] = {
    Outcome.STOP: ("stop", "hand-stop", pgettext_lazy("safety outcome", "STOP")),
    Outcome.HUMAN: ("care", "user-check", pgettext_lazy("safety outcome", "The radiologist decides")),
    Outcome.WARN: ("note", "alert-triangle", pgettext_lazy("safety outcome", "Take care")),
    Outcome.INFO: ("plain", "info-circle", pgettext_lazy("safety outcome", "To know")),
}


@dataclass(frozen=True)
class AnswerLine:
    """One answer in words, and who gave it."""

    question: str
    words: str | Promise
    answer: SafetyAnswer


@dataclass(frozen=True)
class SafetyLine:
    """One finding as people read it."""

    tone: str
    icon: str
    outcome: str | Promise
    finding: Finding
    answers: tuple[AnswerLine, ...]


@dataclass(frozen=True)
class SafetyPanel:
    """Everything that a page shows of the safety of a request."""

    lines: tuple[SafetyLine, ...]
    answers: tuple[AnswerLine, ...]
    assumed: tuple[str | Promise, ...]
    has_questions: bool
    without_informant: int
    version: str
    status: str
    asks_motive: bool
    advice: AdvicePanel


def describe_safety(request: ExamRequest) -> SafetyPanel:
    """Return what the rules find in a request now."""
    return describe(request, judge_request(request, at=now()))


def describe_safety_lazily(request: ExamRequest) -> SimpleLazyObject:
    """Return the same, worked out only by a page that shows it."""
    return SimpleLazyObject(partial(describe_safety, request))


def describe(request: ExamRequest, safety: RequestSafety) -> SafetyPanel:
    """Put a judgement in words."""
    answered = [each for each in safety.questions if each.id in safety.standing]
    answers = [line for question in answered for line in _spell(question, safety)]
    return SafetyPanel(
        lines=tuple(_line(finding, safety) for finding in safety.findings),
        answers=tuple(answers),
        assumed=safety.assumed,
        has_questions=bool(safety.questions),
        without_informant=sum(not each.answer.informant for each in answers),
        version=safety.rulebook.version,
        status=safety.rulebook.status,
        asks_motive=bool(list_to_lift(request, safety)),
        advice=describe_advice(request),
    )


def _line(finding: Finding, safety: RequestSafety) -> SafetyLine:
    names = _list_questions_of(finding, safety)
    asked = [each for each in safety.questions if each.id in names and each.id in safety.standing]
    answers = tuple(line for each in asked for line in _spell(each, safety))
    return SafetyLine(*_LOOKS[finding.consequence.outcome], finding, answers)


def _list_questions_of(finding: Finding, safety: RequestSafety) -> set[str]:
    """Return the questions that a finding comes from; a filtration rate goes with the age of its result."""
    if finding.is_unknown:
        return {finding.id}
    rule = next(each for each in safety.rulebook.rules if each.id == finding.id)
    names = {term.name for term in rule.when}
    return names | ({"creatinine_days"} if "egfr" in names else set())


def _spell(question: Question, safety: RequestSafety) -> list[AnswerLine]:
    """Return every answer that stands: where people differ, each is read."""
    standing = safety.standing[question.id]
    return [AnswerLine(question.text, spell_value(question, kept), kept) for kept in standing]
