"""The same rules and tables as documents, in French as on the screens."""

from collections.abc import Iterable, Iterator

from django.utils.translation import override

from diaphane.kernel.transitions import TABLES, Transition, TransitionTable

from .rules import list_roles, list_rule_sets

_NOTICE = "Written by `./diaphane manage rules --markdown`; a test compares it with the code.\n"


def render_rules() -> str:
    """Return ``docs/conformance/rules.md``: every guard that blocks a step, with its requirement."""
    with override("fr"):
        return "\n".join(_rule_lines())


def render_states() -> str:
    """Return ``docs/conformance/states.md``: every transition table."""
    with override("fr"):
        return "\n".join(["# States and transitions", "", _NOTICE, *_state_lines()])


def _rule_lines() -> Iterator[str]:
    yield from ("# The guide as executable rules", "", _NOTICE)
    yield "**V**: in a vital emergency the step goes on and the gap becomes a duty that someone owes.\n"
    for rule_set in list_rule_sets():
        yield f"## {rule_set.table.label} (`{rule_set.table.machine}`)\n"
        yield from write_row(["requirement", "rule", "code", "step", "who", "V"])
        yield from write_row(["---"] * 6)
        for rule in rule_set.rules:
            guard = rule.guard
            yields = "V" if guard.yields_to_vital else ""
            code, title, step = f"`{guard.code}`", str(guard.title), str(rule.step.label)
            yield from write_row([guard.requirement, title, code, step, rule.roles, yields])
        yield ""


def _state_lines() -> Iterator[str]:
    for table in TABLES.values():
        yield f"## {table.label} (`{table.machine}`)\n"
        yield from (f"- `{value}`: {label}" for value, label in table.states.choices)
        yield ""
        yield from write_row(["from", "to", "step", "who", "guards"])
        yield from write_row(["---"] * 5)
        for step in table.transitions:
            yield from write_row(_transition_cells(table, step))
        yield ""


def _transition_cells(table: TransitionTable, step: Transition) -> list[str]:
    sources = ", ".join(f"`{state}`" for state in table.states.values if state in step.sources) or "–"
    guards = ", ".join(
        f"{guard.requirement} `{guard.code}`{' **V**' if guard.yields_to_vital else ''}"
        for guard in step.guards
    )
    return [sources, f"`{step.target}`", f"{step.label} (`{step.name}`)", list_roles(step), guards]


def write_row(cells: Iterable[str]) -> Iterator[str]:
    """Write one row of a table."""
    yield f"| {' | '.join(cells)} |"
