"""The engine: order, answers that are none, and what is never forgotten."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diaphane.safety.engine import UnfitAnswerError, judge
from diaphane.safety.outcomes import Outcome
from diaphane.safety.rulebook import NUMBER, Question, load_shipped

CT = {
    "modality": "CT",
    "is_ionising": True,
    "injected": "iodinated",
    "field": "in",
    "age": 29,
    "sex": "F",
    "is_vital": False,
}


def answer_to(question: Question) -> st.SearchStrategy[object]:
    if question.kind == NUMBER:
        return st.one_of(st.just("unknown"), st.floats(0, 500, allow_nan=False))
    return st.sampled_from([*question.choices, "unknown"])


ANSWERS = st.fixed_dictionaries(
    {}, optional={each.id: answer_to(each) for each in load_shipped().questions.values()}
)


def test_the_most_binding_comes_first() -> None:
    found = judge(load_shipped(), facts=CT, answers={"thyroid": "overt", "metformin": "no"}).findings
    ranks = [each.consequence.outcome.rank for each in found]
    assert found[0].consequence.outcome is Outcome.STOP
    assert ranks == sorted(ranks)


@pytest.mark.parametrize(
    "answer", [{"thyroid": "maybe"}, {"thyroid": 1}, {"egfr": "low"}, {"egfr": True}, {"pregnancy": ""}]
)
def test_an_answer_that_its_question_does_not_allow_is_refused(answer: dict[str, object]) -> None:
    with pytest.raises(UnfitAnswerError):
        judge(load_shipped(), facts=CT, answers=answer)  # type: ignore[arg-type]


def test_an_answer_to_what_is_not_asked_says_nothing() -> None:
    silent = judge(load_shipped(), facts=CT, answers={})
    assert judge(load_shipped(), facts=CT, answers={"implant": "cardiac"}) == silent


@given(ANSWERS)
def test_every_question_that_applies_is_answered_or_its_silence_is_found(answers: dict[str, object]) -> None:
    judgement = judge(load_shipped(), facts=CT, answers=answers)  # type: ignore[arg-type]
    silent = {each.id for each in judgement.findings if each.is_unknown}
    asked = {each.id for each in judgement.questions}
    assert silent == {each for each in asked if answers.get(each, "unknown") == "unknown"}


@given(ANSWERS)
def test_no_answer_makes_an_exam_clear_that_silence_does_not(answers: dict[str, object]) -> None:
    """Saying less never leaves fewer people to ask: every question has its own `if_unknown`."""
    said = judge(load_shipped(), facts=CT, answers=answers).questions  # type: ignore[arg-type]
    silent = judge(load_shipped(), facts=CT, answers={})
    assert {each.id for each in silent.questions} <= {each.id for each in said}
    assert len([each for each in silent.findings if each.is_unknown]) == len(silent.questions)
