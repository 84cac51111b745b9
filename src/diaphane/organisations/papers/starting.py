"""Starter texts in French, one for each kind: models that a site adapts before it keeps them (R7–R16)."""

from functools import cache
from importlib import resources

from diaphane.organisations.models import PaperKind

TO_ADAPT = "[à adapter"
"""What marks, in a model, each place that only the site can write."""


@cache
def read_starter(kind: PaperKind) -> str:
    """Return the model of a kind."""
    found = resources.files(__package__).joinpath("starters", f"{kind.value}.txt")
    return found.read_text("utf-8").strip()


def is_model(text: str) -> bool:
    """Say whether a text still holds what a model leaves to be adapted."""
    return TO_ADAPT in text.lower()
