"""Rights are remembered a short while, only while changes are heard, and never across one."""

from collections.abc import Iterator

import pytest

from diaphane.interop import memory
from diaphane.interop.memory import Memory


@pytest.fixture(autouse=True)
def _listening() -> Iterator[None]:
    Memory.listen(is_listening=True)
    yield
    Memory.listen(is_listening=False)


def test_an_answer_is_found_until_something_changes() -> None:
    kept: Memory[str] = Memory(most=5)
    kept.keep("a", "yes", asked_at=kept.generation)
    assert kept.find("a") == "yes"
    Memory.forget_everything()
    assert kept.find("a") is None


def test_an_answer_asked_before_a_change_is_not_kept_after_it() -> None:
    kept: Memory[str] = Memory(most=5)
    asked_at = kept.generation
    Memory.forget_everything()
    kept.keep("a", "yes", asked_at=asked_at)
    assert kept.find("a") is None


def test_nothing_is_remembered_while_changes_are_not_heard() -> None:
    kept: Memory[str] = Memory(most=5)
    kept.keep("a", "yes", asked_at=kept.generation)
    Memory.listen(is_listening=False)
    assert kept.find("a") is None
    kept.keep("a", "yes", asked_at=kept.generation)
    Memory.listen(is_listening=True)
    assert kept.find("a") is None


def test_an_answer_is_asked_again_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: Memory[str] = Memory(most=5)
    kept.keep("a", "yes", asked_at=kept.generation)
    later = memory.monotonic() + memory.LONGEST
    monkeypatch.setattr(memory, "monotonic", lambda: later)
    assert kept.find("a") is None


def test_the_oldest_answers_go_first() -> None:
    kept: Memory[int] = Memory(most=2)
    for number in range(3):
        kept.keep(number, number, asked_at=kept.generation)
    assert [kept.find(number) for number in range(3)] == [None, 1, 2]
