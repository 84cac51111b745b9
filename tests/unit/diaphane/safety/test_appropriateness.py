"""The starter guide by its cases, and guides that are refused whole."""

import tomllib
from pathlib import Path

import pytest

from diaphane.requests.catalogue import CATALOGUE
from diaphane.safety.appropriateness import (
    ADVICE,
    SHIPPED,
    MalformedGuideError,
    load_licensed,
    load_starter,
    read_guide,
)

CASES = tomllib.loads(Path(__file__).with_name("guide_cases.toml").read_text(encoding="utf-8"))
TEXT = SHIPPED.read_text(encoding="utf-8")


def test_every_rule_has_its_cases_and_names_an_exam_that_exists() -> None:
    assert set(CASES) == {each.id for each in load_starter().rules}
    terms = [term for each in load_starter().rules for term in each.when if term.name == "exam"]
    assert {name for term in terms for name in term.among or ()} <= set(CATALOGUE)


@pytest.mark.parametrize("rule", CASES)
def test_a_rule_speaks_when_it_is_met_and_is_silent_beside_it_and_when_nobody_knows(rule: str) -> None:
    guide = load_starter()
    for name, speaks in (("meets", True), ("misses", False), ("unknown", False)):
        said = {each.id for each in guide.advise(CASES[rule][name])}
        assert (rule in said) is speaks, name


def test_a_guide_advises_and_never_blocks_and_says_where_it_comes_from() -> None:
    for each in load_starter().rules:
        assert each.outcome in ADVICE
        assert each.source
        assert not each.is_verified


@pytest.mark.parametrize(
    ("of", "by"),
    [
        ('outcome = "WARN"', 'outcome = "STOP"'),
        ('outcome = "WARN"', 'outcome = "MAYBE"'),
        ("dated = 2026-11-26", 'dated = "hier"'),
        ("dated = 2026-11-26", "dated = 2026-11-26T10:00:00Z"),
        ('version = "2026-11"', 'version = ""'),
        ('version = "2026-11"', ""),
        ('version = "2026-11"', 'version = "1"\nauthor = "X"'),
        ('id = "many-ionising"', 'id = "same-exam-recent"'),
        ('source = "Avis d’experts"', ""),
        ('when = { exam = "MR-STROKE" }', "when = {}"),
        ('when = { exam = "MR-STROKE" }', "when = { exam = true }"),
        ('when = { exam = "MR-STROKE" }', "when = { exam = { below = 3 } }"),
        ('when = { exam = "MR-STROKE" }', 'when = { mood = "low" }'),
        ('when = { exam = "MR-STROKE" }', 'when = { age = "old" }'),
        ('when = { exam = "MR-STROKE" }', "when = { age = { under = 3 } }"),
        ('title = "', "title = "),
    ],
)
def test_a_malformed_guide_is_refused_whole(of: str, by: str) -> None:
    assert of in TEXT
    with pytest.raises(MalformedGuideError):
        read_guide(TEXT.replace(of, by, 1))


@pytest.mark.parametrize("text", ["", "rule = []", "rule = 3", "x = 1"])
def test_what_is_no_guide_is_refused(text: str) -> None:
    with pytest.raises(MalformedGuideError):
        read_guide(text)


def test_a_licensed_guide_says_its_licence_and_is_read_again_when_it_changes(tmp_path: Path) -> None:
    path = tmp_path / "guide.toml"
    with pytest.raises(MalformedGuideError):
        load_licensed(path)
    path.write_text(TEXT, encoding="utf-8")
    with pytest.raises(MalformedGuideError, match="licence"):
        load_licensed(path)
    held = 'licence = "Licence fictive n° 1"\n' + TEXT
    path.write_text(held.replace('version = "2026-11"', 'version = "A"', 1), encoding="utf-8")
    assert load_licensed(path).version == "A"
    path.write_text(held.replace('version = "2026-11"', 'version = "B, plus longue"', 1), encoding="utf-8")
    assert load_licensed(path).version == "B, plus longue"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(MalformedGuideError):
        load_licensed(path)
