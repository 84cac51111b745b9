"""How a French name sounds, roughly: « Lefèvre » and « Lefebvre » alike (R40).

The rules are applied in order to a folded word. They lean to the side of likeness: what they find is shown to
a person, after what is written as it was typed.
"""

import re
from functools import lru_cache

_RULES = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"[^a-z]", ""),
        (r"(.)\1+", r"\1"),
        (r"ch(?=[rlnm])", "k"),
        (r"sch|sh|ch", "8"),
        (r"ph", "f"),
        (r"h", ""),
        (r"gn", "n"),
        (r"bv", "v"),
        (r"w", "v"),
        (r"e?aul?[tdx]?s?$|o[td]?s?$", "o"),
        (r"(?<=.)(?:er|et|ez|ai[st]?|ay|ey)$", "7"),
        (r"(?<=..)e?s?$", ""),
        (r"(?<=..)[tdxpsz]+$", ""),
        (r"qu?|c(?![eiy])", "k"),
        (r"gu(?=[eiy])", "9"),
        (r"g(?=[eiy])", "j"),
        (r"g", "9"),
        (r"[cz]", "s"),
        (r"x", "ks"),
        (r"(?<=i)en(?![aeiouy])", "1"),
        (r"(?:a|e)[iy][nm](?![aeiouy])|[iyu][nm](?![aeiouy])", "1"),
        (r"[ae][nm](?![aeiouy])", "4"),
        (r"o[nm](?![aeiouy])", "3"),
        (r"eau|au", "o"),
        (r"oeu|eu|oe", "e"),
        (r"ou", "u"),
        (r"ai|ei|ay|ey|ae", "e"),
        (r"y", "i"),
        (r"(.)\1+", r"\1"),
    )
)
_SHORTEST = 3


@lru_cache(maxsize=20_000)
def sound_of(word: str) -> str:
    """Return how a folded word sounds, or an empty string when it is too short to tell."""
    if len(word) < _SHORTEST or not word.isalpha():
        return ""
    for pattern, sound in _RULES:
        word = pattern.sub(sound, word)
    return word
