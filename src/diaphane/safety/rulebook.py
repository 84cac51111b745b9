"""The rulebook: questions and rules read from one versioned file, refused whole when a line is wrong."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from .conditions import Condition, read_condition
from .outcomes import Outcome

SHIPPED = Path(__file__).with_name("rulebook.toml")
FACTS = frozenset({"modality", "is_ionising", "injected", "field", "age", "sex", "is_vital", "tracer"})
"""What is known of the exam and the patient without a question: modality as DICOM codes it; ``injected``:
"iodinated", "gadolinium" or "none"; ``field``: whether the uterus is "in" or near it, or "out"; age in years;
``sex``: "F" or "M"; ``tracer``: the radiopharmaceutical."""
NUMBER, CHOICE = "number", "choice"


class MalformedRulebookError(ValueError):
    """Say what in the rulebook is wrong."""


@dataclass(frozen=True)
class Consequence:
    """What a rule, or a silence, asks for: an outcome and its words."""

    outcome: Outcome
    text: str
    is_never_bypassed: bool = False
    """Not even in a vital emergency."""
    blocks_at_table: bool = False


@dataclass(frozen=True)
class Question:
    """One question: when it is asked, what may be answered, and what it means that nobody knows."""

    id: str
    text: str
    kind: str
    choices: Mapping[str, str]
    asked_when: tuple[Condition, ...]
    """Any of them."""
    if_unknown: Consequence
    unit: str = ""
    is_asked_at_table: bool = True
    """Whether the patient is asked again beside the machine; a laboratory's number is read, not asked."""


@dataclass(frozen=True)
class Rule:
    """One rule: what must hold, what then, and where that was read."""

    id: str
    when: Condition
    consequence: Consequence
    source: str
    is_verified: bool
    """Whether its source was read; else « à valider » stands beside it."""


@dataclass(frozen=True)
class Rulebook:
    """One version: acts keep the version that judged them."""

    version: str
    dated: date
    status: str
    questions: Mapping[str, Question]
    rules: tuple[Rule, ...]


@cache
def load_shipped() -> Rulebook:
    """Return the rulebook that the platform ships."""
    return read_rulebook(SHIPPED.read_text())


def read_rulebook(text: str) -> Rulebook:
    """Read a rulebook.

    Raises:
        MalformedRulebookError: it is no TOML, lacks something, names what nobody asks, or says a thing twice.
    """
    try:
        written = tomllib.loads(text)
        questions = [_read_question(each) for each in written["question"]]
        rules = tuple(_read_rule(each) for each in written["rule"])
        _require_once([each.id for each in questions] + [each.id for each in rules])
        by_id = {each.id: each for each in questions}
        for each in questions:
            _require_known(each.id, each.asked_when, by_id)
        for rule in rules:
            _require_known(rule.id, [rule.when], by_id)
        return Rulebook(written["version"], written["dated"], written["status"], by_id, rules)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        if isinstance(error, MalformedRulebookError):
            raise
        raise MalformedRulebookError(f"{type(error).__name__}: {error}") from error


def _read_question(written: Mapping[str, Any]) -> Question:
    kind = written["kind"]
    choices = dict(written.get("choices", {}))
    if kind not in {NUMBER, CHOICE} or (kind == CHOICE) != bool(choices) or "unknown" in choices:
        raise MalformedRulebookError(f"{written['id']}: a number, or choices beside « unknown »")
    asked_when = written["asked_when"]
    conditions = asked_when if isinstance(asked_when, list) else [asked_when]
    return Question(
        id=written["id"],
        text=written["text"],
        kind=kind,
        choices=choices,
        asked_when=tuple(map(read_condition, conditions)),
        if_unknown=_read_consequence(written["if_unknown"]),
        unit=written.get("unit", ""),
        is_asked_at_table=written.get("is_asked_at_table", True),
    )


def _read_rule(written: Mapping[str, Any]) -> Rule:
    return Rule(
        id=written["id"],
        when=read_condition(written["when"]),
        consequence=_read_consequence(written),
        source=written["source"],
        is_verified=written["is_verified"],
    )


def _read_consequence(written: Mapping[str, Any]) -> Consequence:
    return Consequence(
        outcome=Outcome(written["outcome"]),
        text=written["text"],
        is_never_bypassed=written.get("is_never_bypassed", False),
        blocks_at_table=written.get("blocks_at_table", False),
    )


def _require_once(ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for each in ids:
        if each in seen:
            raise MalformedRulebookError(f"{each} is said twice")
        seen.add(each)


def _require_known(where: str, conditions: Iterable[Condition], questions: Mapping[str, Question]) -> None:
    """See that conditions name facts and questions alone, and values that may be answered."""
    for term in (term for condition in conditions for term in condition):
        if term.name in FACTS:
            continue
        if term.name not in questions:
            raise MalformedRulebookError(f"{where}: nobody says {term.name}")
        question = questions[term.name]
        if (term.among is None) != (question.kind == NUMBER) or (term.among or set()) - set(question.choices):
            raise MalformedRulebookError(f"{where}: {term.name} is never answered so")
