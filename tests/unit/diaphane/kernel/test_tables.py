"""Every transition table of the platform is sound: known states, known ends, named requirements."""

import re
from collections import defaultdict

import pytest

from diaphane.kernel.transitions import TABLES, TransitionTable, iter_guards

TABLE = pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))


@TABLE
def test_steps_join_states_that_exist(table: TransitionTable) -> None:
    known = set(table.states.values)
    for step in table.transitions:
        assert step.sources <= known
        assert step.target in known


@TABLE
def test_every_state_can_be_reached(table: TransitionTable) -> None:
    first = table.states.values[0]
    assert {step.target for step in table.transitions} | {first} == set(table.states.values)


@TABLE
def test_every_step_is_open_to_somebody(table: TransitionTable) -> None:
    assert all(step.roles for step in table.transitions)


def test_every_guard_names_its_requirement() -> None:
    assert all(re.fullmatch(r"R\d{1,3}", guard.requirement) for _, _, guard in iter_guards())


def test_a_code_names_one_guard_only() -> None:
    by_code = defaultdict(set)
    for _, _, guard in iter_guards():
        by_code[guard.code].add(guard)
    assert [code for code, guards in by_code.items() if len(guards) > 1] == []
