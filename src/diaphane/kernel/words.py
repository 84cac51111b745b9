"""Fold words for searching: without accents, case or punctuation, since the database does not."""

import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss"})


def fold(text: str) -> str:
    """Return « Lévêque-Dœuff, Zoé » as « leveque doeuff zoe »."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    kept = (character for character in plain if not unicodedata.combining(character))
    return " ".join("".join(each if each.isalnum() else " " for each in kept).split())
