"""The history tells each move once, as something that happened."""

from diaphane.kernel.transitions import TABLES
from diaphane.web.acts.history import ECHOES, HAPPENED

MOVES = {(table.machine, move.name) for table in TABLES.values() for move in table.transitions}


def test_every_move_of_an_act_has_its_words_or_is_told_by_another() -> None:
    parts = {(machine, name) for machine, name in MOVES if machine in {"request", "exam", "report"}}
    assert parts == set(HAPPENED) | ECHOES
    assert not set(HAPPENED) & ECHOES


def test_no_line_repeats_the_words_of_the_button_that_made_it() -> None:
    for machine, name in HAPPENED:
        assert HAPPENED[machine, name] != TABLES[machine][name].label
