"""The safety questions as the technologist asks them again: what was said, what is answered, what differs."""

from dataclasses import dataclass

from django.utils.functional import Promise

from diaphane.acquisition.models import Exam
from diaphane.acquisition.safety_guards import TableQuestion, list_table_questions
from diaphane.acquisition.transitions import AT_THE_TABLE
from diaphane.acts.queries import list_open_duties
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.requests.safety_models import SafetyAnswer
from diaphane.requests.safety_words import spell_value
from diaphane.safety.rulebook import NUMBER
from diaphane.web.acts.differences import DifferenceLine, list_difference_lines

_OWED = ("exam.safety_asked", "exam.safety_settled")


@dataclass(frozen=True)
class AskedLine:
    """One question of the table, in words."""

    asked: TableQuestion
    said: str | Promise
    answered: str | Promise
    difference: DifferenceLine | None
    own: str | Promise = ""

    @property
    def is_number(self) -> bool:
        """Say whether a number is awaited."""
        return self.asked.question.kind == NUMBER

    @property
    def may_confirm(self) -> bool:
        """Say whether one touch is enough: harmless, and not answered yet."""
        return self.asked.is_harmless and self.asked.answered is None

    @property
    def tone(self) -> str:
        """Return the colour of the line: a difference, answered, or waiting."""
        if self.difference:
            return "stop"
        return "good" if self.asked.answered else "care"


def describe_table(exam: Exam, *, actor: Actor) -> dict[str, object]:
    """Return the questions that the card asks again; none once the exam has started and nothing is owed."""
    if exam.state not in AT_THE_TABLE and not list_open_duties(exam.act).filter(guard__in=_OWED).exists():
        return {"table_lines": []}
    lines = _list_lines(exam, actor)
    return {
        "table_lines": lines,
        "table_confirmable": [each.asked.question.id for each in lines if each.may_confirm],
        "table_waiting": sum(each.asked.answered is None for each in lines),
        "informants": SafetyAnswer.Informant.choices,
    }


def _list_lines(exam: Exam, actor: Actor) -> list[AskedLine]:
    differing = {each.id: each for each in list_difference_lines(exam.act.request, actor=actor)}
    return [
        AskedLine(
            asked,
            spell_value(asked.question, asked.said) if asked.said else "",
            spell_value(asked.question, asked.answered) if asked.answered else "",
            differing.get(asked.question.id),
            spell_value(asked.question, asked.own) if asked.own else "",
        )
        for asked in list_table_questions(exam, at=now())
    ]
