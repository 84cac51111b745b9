"""What the guide and the other texts ask, requirement by requirement, and where this version stands."""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files


class State(StrEnum):
    """How much of a requirement this version carries."""

    WHOLE = "whole"
    PART = "part"
    NO = "no"


@dataclass(frozen=True)
class Requirement:
    """One requirement: M required, S recommended, I an idea; what is missing of it, in a few words."""

    id: str
    force: str
    clause: str
    title: str
    state: State
    missing: str = ""


@cache
def list_requirements() -> tuple[Requirement, ...]:
    """List the requirements, R1 first.

    Raises:
        ValueError, TypeError: the file says something that has no meaning here.
    """
    written = tomllib.loads(files(__package__).joinpath("guide.toml").read_text(encoding="utf-8"))
    return tuple(
        Requirement(id=name, **each | {"state": State(each["state"])}) for name, each in written.items()
    )
