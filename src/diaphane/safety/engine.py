"""Apply the rulebook to what is known: what must be asked, and what the answers ask of people."""

from collections.abc import Mapping
from dataclasses import dataclass

from .conditions import Known, Value, holds
from .rulebook import NUMBER, Consequence, Question, Rulebook

UNKNOWN = "unknown"
"""The answer « nobody knows », which is one."""


class UnfitAnswerError(ValueError):
    """Say which answer is none that its question allows."""


@dataclass(frozen=True)
class Finding:
    """One thing to see to before the exam, where it comes from, and whether it comes from a silence."""

    id: str
    consequence: Consequence
    is_unknown: bool
    source: str = ""
    is_verified: bool = True


@dataclass(frozen=True)
class Judgement:
    """What one version of the rules asks for: the most binding first, and the questions that apply."""

    version: str
    questions: tuple[Question, ...]
    findings: tuple[Finding, ...]


def judge(rulebook: Rulebook, *, facts: Known, answers: Mapping[str, Value]) -> Judgement:
    """Judge an exam by facts about it and answers to questions; what is not answered is unknown.

    An answer to a question that does not apply is kept out: it says nothing of this exam.

    Raises:
        UnfitAnswerError: an answer is none of its question's.
    """
    asked: list[Question] = []
    known: dict[str, Value | None] = dict(facts)
    for question in rulebook.questions.values():  # in their order: a question may wait for an earlier answer
        if any(holds(condition, known) for condition in question.asked_when):
            asked.append(question)
            known[question.id] = _read_answer(question, answers.get(question.id, UNKNOWN))
    silent = [each for each in asked if known[each.id] is None]
    findings = [Finding(each.id, each.if_unknown, is_unknown=True) for each in silent]
    findings += [
        Finding(rule.id, rule.consequence, False, rule.source, rule.is_verified)
        for rule in rulebook.rules
        if holds(rule.when, known)
    ]
    ordered = sorted(findings, key=lambda each: each.consequence.outcome.rank)
    return Judgement(rulebook.version, tuple(asked), tuple(ordered))


def _read_answer(question: Question, answer: Value) -> Value | None:
    """Return an answer, None when nobody knows. Raises UnfitAnswerError."""
    if answer == UNKNOWN:
        return None
    is_fit = type(answer) in (int, float) if question.kind == NUMBER else answer in question.choices
    if not is_fit:
        raise UnfitAnswerError(question.id)
    return answer
