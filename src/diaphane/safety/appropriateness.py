"""Guides of good use: advice on an exam asked for; one file each, refused whole when a line is wrong.

Ours is shipped (``guide.toml``). A licensed guide is a file of the same form, of which a structure holds the
licence: it is read where ``DIAPHANE_GUIDE`` says, and never shipped (docs/conformance/appropriateness.md).
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from .conditions import Condition, Known, MalformedConditionError, holds, read_condition
from .outcomes import Outcome

SHIPPED = Path(__file__).with_name("guide.toml")
LARGEST = 5_000_000
"""Bytes of a guide: what is larger is none."""
TEXTS = frozenset({"exam", "modality", "sex"})
NUMBERS = frozenset({"age", "days_since_same_exam", "ionising_in_a_year"})
TRUTHS = frozenset({"is_ionising", "is_vital"})
FACTS = TEXTS | NUMBERS | TRUTHS
"""What a guide may ask of: ``exam`` by its code of the catalogue, the days since the same exam was validated
at the site, how many ionising exams were within a year. What is unknown meets no condition."""
ADVICE = frozenset({Outcome.INFO, Outcome.WARN})
_GUIDE_KEYS = {"title", "version", "dated", "status", "licence", "rule"}
_RULE_KEYS = {"id", "when", "outcome", "text", "source", "dated", "is_verified", "grade", "dose_class"}


class MalformedGuideError(ValueError):
    """Say what in a guide is wrong."""


@dataclass(frozen=True)
class Advice:
    """One rule: what must hold, what is then said, and where it comes from."""

    id: str
    when: Condition
    outcome: Outcome
    text: str
    source: str
    dated: date
    is_verified: bool = False
    grade: str = ""
    dose_class: str = ""


@dataclass(frozen=True)
class Guide:
    """One version of a guide."""

    title: str
    version: str
    dated: date
    status: str
    licence: str
    rules: tuple[Advice, ...]

    def advise(self, facts: Known) -> tuple[Advice, ...]:
        """Return what it says of an exam, the gravest first; it blocks nothing."""
        found = [each for each in self.rules if holds(each.when, facts)]
        return tuple(sorted(found, key=lambda each: each.outcome.rank))


@cache
def load_starter() -> Guide:
    """Return the guide that is shipped."""
    return read_guide(SHIPPED.read_text(encoding="utf-8"))


def load_licensed(path: Path) -> Guide:
    """Return a licensed guide from its file, read again when it changed.

    Raises:
        MalformedGuideError: it cannot be read, says no licence, or a line is wrong.
    """
    try:
        seen = path.stat()
    except OSError as error:
        raise MalformedGuideError(f"{path.name}: {error.strerror}") from error
    if seen.st_size > LARGEST:
        raise MalformedGuideError(f"{path.name}: larger than a guide")
    return _load(path, (seen.st_mtime_ns, seen.st_size))


@cache
def _load(path: Path, _changed: tuple[int, int]) -> Guide:
    try:
        guide = read_guide(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise MalformedGuideError(f"{path.name}: {type(error).__name__}") from error
    if not guide.licence:
        raise MalformedGuideError("licence: who may use this guide, under which licence")
    return guide


def read_guide(text: str) -> Guide:
    """Read a guide.

    Raises:
        MalformedGuideError: no TOML, something missing or unknown, a condition on nothing, something twice.
    """
    try:
        written = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MalformedGuideError(f"TOML: {error}") from error
    _require_keys("guide", written, _GUIDE_KEYS, optional={"licence"})
    rules = written["rule"]
    if not isinstance(rules, list) or not rules:
        raise MalformedGuideError("rule: one at least")
    read = tuple(_read_rule(each, position) for position, each in enumerate(rules, start=1))
    _require_once(each.id for each in read)
    return Guide(
        title=_text("guide", written, "title"),
        version=_text("guide", written, "version"),
        dated=_day("guide", written),
        status=_text("guide", written, "status"),
        licence=_text("guide", written, "licence") if "licence" in written else "",
        rules=read,
    )


def _read_rule(written: object, position: int) -> Advice:
    where = f"rule {position}"
    if not isinstance(written, dict):
        raise MalformedGuideError(f"{where}: a table")
    _require_keys(where, written, _RULE_KEYS, optional={"is_verified", "grade", "dose_class"})
    where = _text(where, written, "id")
    outcome = _text(where, written, "outcome")
    if outcome not in ADVICE:
        raise MalformedGuideError(f"{where}: outcome is INFO or WARN, for a guide blocks nothing")
    if not isinstance(written.get("is_verified", False), bool):
        raise MalformedGuideError(f"{where}: is_verified is true or false")
    return Advice(
        id=where,
        when=_read_condition(where, written["when"]),
        outcome=Outcome(outcome),
        text=_text(where, written, "text"),
        source=_text(where, written, "source"),
        dated=_day(where, written),
        is_verified=written.get("is_verified", False),
        grade=_text(where, written, "grade") if "grade" in written else "",
        dose_class=_text(where, written, "dose_class") if "dose_class" in written else "",
    )


def _read_condition(where: str, written: object) -> Condition:
    if not isinstance(written, dict) or not written:
        raise MalformedGuideError(f"{where}: when, a condition at least")
    try:
        condition = read_condition(written)
    except MalformedConditionError as error:
        raise MalformedGuideError(f"{where}: {error}") from error
    for term in condition:
        kinds = {type(each) for each in term.among or ()}
        expected = {str} if term.name in TEXTS else {bool} if term.name in TRUTHS else set()
        if term.name not in FACTS or kinds != expected:
            raise MalformedGuideError(f"{where}: {term.name} is never known so")
    return condition


def _require_keys(where: str, written: Mapping[str, Any], keys: set[str], *, optional: set[str]) -> None:
    if unknown := sorted(set(written) - keys):
        raise MalformedGuideError(f"{where}: {', '.join(unknown)} is not known")
    if missing := sorted(keys - optional - set(written)):
        raise MalformedGuideError(f"{where}: {', '.join(missing)} is missing")


def _require_once(ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for each in ids:
        if each in seen:
            raise MalformedGuideError(f"{each} is said twice")
        seen.add(each)


def _text(where: str, written: Mapping[str, Any], name: str) -> str:
    value = written[name]
    if not isinstance(value, str) or not value.strip():
        raise MalformedGuideError(f"{where}: {name}, in words")
    return value.strip()


def _day(where: str, written: Mapping[str, Any]) -> date:
    value = written["dated"]
    if not isinstance(value, date) or isinstance(value, datetime):
        raise MalformedGuideError(f"{where}: dated, a day")
    return value
