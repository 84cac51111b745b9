"""Fold words for searching: without accents, case or punctuation, since the database does not."""

import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss"})


def fold(text: str) -> str:
    """Return « Lévêque-Dœuff, Zoé » as « leveque doeuff zoe »."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    kept = (character for character in plain if not unicodedata.combining(character))
    return " ".join("".join(each if each.isalnum() else " " for each in kept).split())


def split_name(*names: str) -> set[str]:
    """Return the words of a name that can tell a family: two letters tell none."""
    return {word for name in names for word in fold(name).split() if len(word) > 2}
