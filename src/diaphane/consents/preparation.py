"""How a patient gets ready for an exam, and what to bring, in plain words (R128)."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from diaphane.acts.models import Act

from .sheets import name_sheet_of

_FILE = Path(__file__).with_name("preparation.toml")
_COMMON = "common"


@dataclass(frozen=True)
class Preparation:
    """What to do before, and what to bring."""

    before: tuple[str, ...]
    bring: tuple[str, ...]


def get_preparation(code: str) -> Preparation:
    """Return how one gets ready for what a sheet tells of; what holds for all comes last."""
    held = _load()
    parts = [held.get(code, {}), held[_COMMON]]
    before, bring = (
        tuple(line for part in parts for line in part.get(name, ())) for name in ("before", "bring")
    )
    return Preparation(before, bring)


def get_preparation_of(act: Act) -> Preparation:
    """Return how a patient gets ready for their exam, injected or not."""
    exam, ordered = act.request.exam, act.request.contrast_prescription.strip()
    return get_preparation(name_sheet_of(exam, is_injected=bool(exam and exam.is_injected) or bool(ordered)))


@cache
def _load() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(_FILE.read_text("utf-8"))
