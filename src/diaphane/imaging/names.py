"""Compare names whatever their accents, case and punctuation."""

import re
import unicodedata

_NOT_A_WORD = re.compile(r"[^A-Z0-9]+")


def fold(text: str) -> str:
    """Return a text in capitals, without accents, its words separated by one space."""
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(each for each in decomposed if not unicodedata.combining(each))
    return _NOT_A_WORD.sub(" ", bare.upper().replace("Œ", "OE").replace("Æ", "AE")).strip()
