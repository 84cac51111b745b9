"""Transition tables: the states of a thing, who may move it, and the guards that must hold (R11).

A table is data. It is read by the operations that move things (``acts.operations.advance``), by
``manage rules`` which lists the guards, and by the page that shows the rules: one source for all
three (design rules 1 and 2).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from .actors import Actor, Role
from .errors import ConflictError, GuardError, Missing, NotAllowedError, Text


class Stateful(Protocol):
    """Anything that a table moves."""

    state: str


Check = Callable[[Any, Actor], Missing | None]


@dataclass(frozen=True)
class Guard:
    """One requirement of the guide, as a check that blocks a transition.

    ``check`` receives the subject and the actor and returns what is missing, or None when it holds.
    ``yields_to_vital`` says that in a vital emergency the step goes on and leaves a Duty (states.md, **V**).
    """

    requirement: str
    code: str
    title: Text
    check: Check
    yields_to_vital: bool = False


@dataclass(frozen=True)
class Transition:
    """One arrow: from ``sources`` (none: creation) to ``target``, by ``roles``, under ``guards``."""

    name: str
    label: Text
    sources: frozenset[str]
    target: str
    roles: frozenset[Role]
    guards: tuple[Guard, ...] = ()
    leaves: Text = ""


@dataclass(frozen=True)
class Outcome:
    """What a permitted transition found: guards that hold, and those that yielded to a vital emergency."""

    transition: Transition
    satisfied: tuple[Guard, ...]
    yielded: tuple[tuple[Guard, Missing], ...]


@dataclass(frozen=True)
class TransitionTable:
    """A small state machine: its name, its states and its arrows.

    ``is_exceptional`` says that most acts never go through it: their ledger does not wait for its guards.
    """

    machine: str
    label: Text
    states: type[TextChoices]
    transitions: tuple[Transition, ...]
    is_exceptional: bool = False
    _by_name: dict[str, Transition] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", {each.name: each for each in self.transitions})
        if len(self._by_name) != len(self.transitions):
            raise ValueError(f"two transitions of {self.machine} share a name")
        TABLES[self.machine] = self

    def __getitem__(self, name: str) -> Transition:
        return self._by_name[name]

    def check(self, subject: Stateful, name: str, *, by: Actor, is_vital: bool = False) -> Outcome:
        """Say whether ``by`` may move ``subject`` along ``name`` now.

        Raises:
            NotAllowedError: the role has no such right.
            ConflictError: the subject is no longer in a state that the arrow leaves from.
            GuardError: guards block; all of them are reported at once, not the first only.
        """
        transition = self[name]
        if by.role not in transition.roles:
            raise NotAllowedError(
                _("“%(step)s” is not open to the role “%(role)s”.")
                % {"step": transition.label, "role": by.role.label}
            )
        if transition.sources and subject.state not in transition.sources:
            raise ConflictError(
                _("“%(step)s” is no longer possible: the state is now “%(state)s”.")
                % {"step": transition.label, "state": self.states(subject.state).label}
            )
        satisfied, yielded, missing = _weigh(transition, subject, by, is_vital)
        if missing:
            raise GuardError(
                _("“%(step)s” is not possible yet.") % {"step": transition.label},
                missing,
            )
        return Outcome(transition, satisfied, yielded)

    def list_missing(self, subject: Stateful, name: str, *, by: Actor) -> list[Missing]:
        """List what still blocks an arrow, without moving anything."""
        found = (guard.check(subject, by) for guard in self[name].guards)
        return [item for each in found if each is not None for item in each.flatten()]

    def list_open(self, subject: Stateful, *, role: Role) -> list[Transition]:
        """List the arrows that leave the subject's state for this role, guards aside."""
        return [each for each in self.transitions if subject.state in each.sources and role in each.roles]


TABLES: dict[str, TransitionTable] = {}


def iter_guards() -> Iterator[tuple[TransitionTable, Transition, Guard]]:
    """Walk every guard of every table, in the order of the journey."""
    for table in TABLES.values():
        for transition in table.transitions:
            for guard in transition.guards:
                yield table, transition, guard


def _weigh(
    transition: Transition, subject: Stateful, by: Actor, is_vital: bool
) -> tuple[tuple[Guard, ...], tuple[tuple[Guard, Missing], ...], list[Missing]]:
    satisfied: list[Guard] = []
    yielded: list[tuple[Guard, Missing]] = []
    missing: list[Missing] = []
    for guard in transition.guards:
        found = guard.check(subject, by)
        if found is None:
            satisfied.append(guard)
        elif is_vital and guard.yields_to_vital:
            yielded.append((guard, found))
        else:
            missing.append(found)
    return tuple(satisfied), tuple(yielded), missing
