"""How easily a French text is read: Flesch's formula as Kandel and Moles fitted it to French (1958).

    207 − 1.015 × words / sentences − 73.6 × syllables / words

60 and above is « standard », what most adults read without effort. Syllables are counted as they are
spoken: a final mute e is left out, one in doubt counts, so that a score is rather too low than too high.
"""

import re

PLAIN = 60
_WORD = re.compile(r"[^\W\d_]+", re.UNICODE)
_SENTENCE = re.compile(r"[.!?…]+(?:\s|$)|\n+")
_VOWELS = "aeiouyàâäéèêëîïôöùûüÿœæ"
_NUCLEI = (
    r"(?:eu|ou|œu|[aeœ])il",  # feuille, travail, œil
    r"oui|eau|œu|oû|aî|oî",
    r"[ao]y",
    r"[aàâeo][iu]",
    r"i(?:eu|[eèéêoa])",  # rien, action
    r"u[iî]",
    f"[{_VOWELS}]",
)
_NUCLEUS = re.compile("|".join(_NUCLEI))
"""One sound of a vowel: the groups that are said as one, else each vowel by itself."""
_MUTE = re.compile(f"(?<=[^{_VOWELS}])es?$|(?<=[éiuoy])es?$")
_LIAISON = re.compile(r"(?<=[qg])u(?=[eiéèêoa’'])")


def score(text: str) -> float:
    """Return the Kandel and Moles score of a text; higher is easier."""
    sentences = [part for part in _SENTENCE.split(text) if _WORD.search(part)]
    words = _WORD.findall(text)
    if not words:
        return 0.0
    syllables = sum(count_syllables(word) for word in words)
    return 207 - 1.015 * len(words) / len(sentences) - 73.6 * syllables / len(words)


def count_syllables(word: str) -> int:
    """Count the spoken syllables of a French word: at least one."""
    spoken = _LIAISON.sub("", word.lower())
    stem = _MUTE.sub("", spoken)
    return max(1, len(_NUCLEUS.findall(stem)))
