"""What patients read is easy to read: Kandel–Moles of at least 60 on the French of their pages."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[4] / "src" / "diaphane" / "web"
CATALOGUE = ROOT / "locale" / "fr" / "LC_MESSAGES" / "django.po"
TEMPLATES = ROOT / "templates" / "patient"
EASIEST_HARD = 60.0
_FORBIDDEN = ("télédiagnostic", "téléradiologie", "workflow", "soumettre", "dashboard", "worklist")
_VOWELS = re.compile(r"[aeiouyàâäéèêëîïôöùûüœæ]+", re.IGNORECASE)
_WORDS = re.compile(r"[a-zàâäéèêëîïôöùûüÿœæç]+(?:-[a-zàâäéèêëîïôöùûüœæç]+)*", re.IGNORECASE)
_MSGIDS = re.compile(
    r"""{%\s*translate\s+(?P<q>["'])(?P<t>.+?)(?P=q)|_\("(?P<m>[^"]+)"\)|"""
    r"""{%\s*blocktranslate[^%]*%}(?P<b>.+?){%\s*endblocktranslate""",
    re.DOTALL,
)


def count_syllables(word: str) -> int:
    """Count the spoken syllables of a French word: groups of vowels, a mute ending left out."""
    spoken = re.sub(r"(?<=[^aeiouyéèêàâîïôûù])(e|es|ent)$", "", word.lower())
    spoken = re.sub(r"qu", "q", spoken)
    return max(1, len(_VOWELS.findall(spoken)))


def score(text: str) -> float:
    """Return the Kandel–Moles ease of reading: 207 − 1.015 × words/sentences − 73.6 × syllables/words."""
    words = _WORDS.findall(text)
    sentences = max(1, len(re.findall(r"[.!?:…]+(?:\s|$)", text)))
    syllables = sum(count_syllables(word) for word in words)
    return 207 - 1.015 * len(words) / sentences - 73.6 * syllables / len(words)


def list_sentences() -> list[str]:
    """List the French of every sentence of the patient's templates; names stand for placeholders."""
    with CATALOGUE.open("rb") as stream:
        catalogue = read_po(stream, locale="fr")
    sources = "\n".join(path.read_text() for path in sorted(TEMPLATES.glob("*.html")))
    sources += (ROOT / "patient" / "words.py").read_text()
    found = []
    for match in _MSGIDS.finditer(sources):
        msgid = match["t"] or match["m"] or _as_msgid(match["b"])
        message = catalogue.get(msgid)
        assert message is not None, f"not in the catalogue: {msgid}"
        found.append(_fill(str(message.string)))
    return found


def _as_msgid(block: str) -> str:
    return re.sub(r"{{\s*(\w+)\s*}}", r"%(\1)s", block)


def _fill(text: str) -> str:
    return re.sub(r"<[^>]+>", "", re.sub(r"%\(\w+\)s", "Luc", text))


@pytest.mark.parametrize(
    ("word", "syllables"),
    [("tête", 1), ("examen", 3), ("radiologue", 4), ("images", 2), ("médecin", 3), ("que", 1), ("vous", 1)],
)
def test_syllables_are_counted_as_they_are_spoken(word: str, syllables: int) -> None:
    assert count_syllables(word) == syllables


def test_a_hard_text_is_told_from_an_easy_one() -> None:
    assert score("Vous pouvez lire votre résultat. Un médecin vous parle.") > EASIEST_HARD
    assert score("L’interprétation radiologique différée nécessite une communication préalable.") < 20


def test_there_is_something_to_read() -> None:
    assert len(list_sentences()) > 25


@pytest.mark.parametrize("sentence", sorted({each for each in list_sentences() if len(each.split()) > 5}))
def test_each_sentence_for_patients_is_easy_to_read(sentence: str) -> None:
    assert score(sentence) >= EASIEST_HARD


def test_the_pages_together_are_easy_to_read() -> None:
    assert score(". ".join(each.rstrip(".") for each in list_sentences())) >= EASIEST_HARD


def test_no_word_of_the_trade_is_used() -> None:
    words = " ".join(list_sentences()).lower()
    assert [each for each in _FORBIDDEN if each in words] == []
