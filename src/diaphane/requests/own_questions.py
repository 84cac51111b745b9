"""The safety questions in plain words, as a patient is asked them in their own space (R128)."""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from diaphane.safety.engine import UNKNOWN

from .models import ExamRequest
from .safety import judge_request

_FILE = Path(__file__).with_name("own_questions.toml")


@dataclass(frozen=True)
class OwnQuestion:
    """One question of the rulebook, in plain words, with its answers; one may always not know."""

    id: str
    text: str
    hint: str
    choices: tuple[tuple[str, str], ...]

    @property
    def values(self) -> frozenset[str]:
        """Return what may be answered."""
        return frozenset({UNKNOWN, *(value for value, _words in self.choices)})


@cache
def load_own_questions() -> dict[str, OwnQuestion]:
    """Read the questions, in their order."""
    held = tomllib.loads(_FILE.read_text("utf-8"))
    return {name: _read(name, dict(words)) for name, words in held.items()}


def list_own_questions(request: ExamRequest, *, at: datetime) -> list[OwnQuestion]:
    """List what the rules ask of this exam that a patient can answer alone."""
    known, asked = load_own_questions(), judge_request(request, at=at).questions
    return [known[each.id] for each in asked if each.id in known]


def _read(name: str, words: dict[str, str]) -> OwnQuestion:
    text, hint = words.pop("text"), words.pop("help", "")
    return OwnQuestion(name, text, hint, tuple(words.items()))
