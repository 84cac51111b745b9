"""How a patient gets ready, and what they are asked, are easily read, and match the rules (R112, R128)."""

import pytest

from diaphane.consents.preparation import get_preparation
from diaphane.consents.sheets.readability import PLAIN, score
from diaphane.requests.own_questions import load_own_questions
from diaphane.safety.rulebook import load_shipped

CODES = ("", "ct", "ct-contrast", "mri", "mri-contrast", "radiography")


@pytest.mark.parametrize("code", CODES)
def test_a_preparation_is_easily_read(code: str) -> None:
    found = get_preparation(code)
    assert found.before and found.bring  # noqa: PT018 - both say something
    assert score("\n".join([*found.before, *found.bring])) >= PLAIN


def test_the_questions_are_easily_read() -> None:
    words = [
        line
        for each in load_own_questions().values()
        for line in (each.text, each.hint, *(said for _value, said in each.choices))
        if line
    ]
    assert score("\n".join(words)) >= PLAIN


def test_each_question_and_answer_is_one_of_the_rulebook() -> None:
    rules = load_shipped().questions
    for each in load_own_questions().values():
        assert {value for value, _words in each.choices} <= set(rules[each.id].choices)


def test_pregnancy_is_asked_alone_and_never_here() -> None:
    assert "pregnancy" not in load_own_questions()
