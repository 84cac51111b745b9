"""What the French PAM profile settles, as data: read from a dated file that says what was verified."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SHIPPED = Path(__file__).with_name("profile.toml")


@dataclass(frozen=True)
class Profile:
    """Where a message says what; ``ins_oids`` are the authorities whose number is an INS."""

    birth_name_types: tuple[str, ...]
    used_name_types: tuple[str, ...]
    birth_place_type: str
    birth_place_component: int
    ins_oids: frozenset[str]


@cache
def load_profile() -> Profile:
    """Return the profile that is shipped."""
    written = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))
    return Profile(
        birth_name_types=tuple(written["birth_name_types"]),
        used_name_types=tuple(written["used_name_types"]),
        birth_place_type=written["birth_place_type"],
        birth_place_component=int(written["birth_place_component"]),
        ins_oids=frozenset(written["ins_oids"]),
    )
