"""Conditions on facts and answers, as the rulebook writes them."""

from collections.abc import Mapping
from dataclasses import dataclass

Value = str | bool | int | float
Known = Mapping[str, Value | None]
"""What is known of an exam and its patient, by name; a name that is absent, or None, is unknown."""


class MalformedConditionError(ValueError):
    """Say which condition of the rulebook is not one."""


@dataclass(frozen=True)
class Term:
    """One thing that must hold of one name: to be one of these values, or to lie between two numbers."""

    name: str
    among: frozenset[str | bool] | None = None
    at_least: float | None = None
    below: float | None = None

    def holds(self, known: Known) -> bool:
        """Tell whether it holds of what is known; of what is unknown, nothing holds."""
        value = known.get(self.name)
        if value is None:
            return False
        if self.among is not None:
            return any(type(each) is type(value) and each == value for each in self.among)
        if isinstance(value, str | bool):
            return False
        is_enough = self.at_least is None or value >= self.at_least
        return is_enough and (self.below is None or value < self.below)


Condition = tuple[Term, ...]
"""Terms that must all hold; none of them: always."""


def holds(condition: Condition, known: Known) -> bool:
    """Tell whether every term holds."""
    return all(term.holds(known) for term in condition)


def read_condition(written: Mapping[str, object]) -> Condition:
    """Read ``{name = value}``, ``{name = [value, …]}`` or ``{name = {at_least = …, below = …}}``.

    Raises:
        MalformedConditionError
    """
    return tuple(_read_term(name, value) for name, value in written.items())


def _read_term(name: str, written: object) -> Term:
    values = written if isinstance(written, list) else [written]
    among = frozenset(each for each in values if isinstance(each, str | bool))
    if among and len(among) == len(values):
        return Term(name, among=among)
    if isinstance(written, dict) and written and set(written) <= {"at_least", "below"}:
        bounds = {key: each for key, each in written.items() if type(each) in (int, float)}
        if len(bounds) == len(written):
            return Term(name, **bounds)
    raise MalformedConditionError(f"{name} = {written!r}")
