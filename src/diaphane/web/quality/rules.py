"""The guide as executable rules: every guard with its requirement, as a page (design rule 2)."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from diaphane.kernel.actors import Role
from diaphane.kernel.transitions import TABLES, Guard, Transition, TransitionTable
from diaphane.web.roles import needs


@dataclass(frozen=True)
class Rule:
    """One guard on one step."""

    guard: Guard
    step: Transition

    @property
    def roles(self) -> str:
        """Return who may take the step, in words."""
        return list_roles(self.step)


@dataclass(frozen=True)
class RuleSet:
    """The rules of one machine."""

    table: TransitionTable
    rules: tuple[Rule, ...]


def list_rule_sets() -> list[RuleSet]:
    """List every guard that is enforced, machine by machine, in the order of the journey."""
    rule_sets = (RuleSet(table, tuple(_rules_of(table))) for table in TABLES.values())
    return [each for each in rule_sets if each.rules]


def list_roles(step: Transition) -> str:
    """Return who may take a step, in words and in the order of the roles."""
    return ", ".join(str(role.label) for role in Role if role in step.roles)


@needs("platform.rules")
def rules(request: HttpRequest) -> HttpResponse:
    """Show the rules that this version enforces, and nothing that it does not."""
    return render(request, "quality/rules.html", {"rule_sets": list_rule_sets()})


def _rules_of(table: TransitionTable) -> Iterator[Rule]:
    for step in table.transitions:
        for guard in step.guards:
            yield Rule(guard, step)
