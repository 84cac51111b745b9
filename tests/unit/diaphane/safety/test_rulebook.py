"""The shipped rules by their cases, and rulebooks that are refused whole."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from diaphane.safety.engine import Judgement, judge
from diaphane.safety.outcomes import Outcome
from diaphane.safety.rulebook import FACTS, SHIPPED, MalformedRulebookError, load_shipped, read_rulebook

CASES = tomllib.loads(Path(__file__).with_name("cases.toml").read_text())


def judge_case(base: str, said: Mapping[str, Any]) -> Judgement:
    known = {**CASES["base"][base], **said}
    facts = {name: value for name, value in known.items() if name in FACTS}
    answers = {name: value for name, value in known.items() if name not in FACTS}
    return judge(load_shipped(), facts=facts, answers=answers)


def met(judgement: Judgement, *, is_unknown: bool) -> set[str]:
    return {each.id for each in judgement.findings if each.is_unknown is is_unknown}


def test_every_rule_and_every_question_has_its_cases() -> None:
    rulebook = load_shipped()
    assert set(CASES["rule"]) == {each.id for each in rulebook.rules}
    assert set(CASES["silence"]) == set(rulebook.questions)


@pytest.mark.parametrize("rule", CASES["rule"])
def test_a_rule_speaks_when_its_condition_is_met_and_is_silent_beside_it(rule: str) -> None:
    case = CASES["rule"][rule]
    assert rule in met(judge_case(case["base"], case["meets"]), is_unknown=False)
    assert rule not in met(judge_case(case["base"], case["misses"]), is_unknown=False)
    answered = set(case["meets"]) - FACTS
    if answered:
        silent = judge_case(case["base"], {})
        assert rule not in met(silent, is_unknown=False)


@pytest.mark.parametrize("question", CASES["silence"])
def test_what_nobody_knows_has_its_own_outcome(question: str) -> None:
    case = CASES["silence"][question]
    for said in ({}, {question: "unknown"}):
        judgement = judge_case(case["base"], {**case.get("said", {}), **said})
        [found] = [each for each in judgement.findings if each.is_unknown and each.id == question]
        assert found.consequence.outcome == Outcome(case["outcome"])


def test_an_unknown_implant_is_never_bypassed_and_an_unknown_pregnancy_blocks_at_the_table() -> None:
    never = [each for each in judge_case("mri", {}).findings if each.consequence.is_never_bypassed]
    assert [each.id for each in never] == ["implant"]
    at_table = [each for each in judge_case("ct_woman", {}).findings if each.consequence.blocks_at_table]
    assert [each.id for each in at_table] == ["pregnancy"]


def test_questions_are_asked_only_where_they_apply() -> None:
    asked = {each.id for each in judge_case("ct_iodine", {}).questions}
    assert {"egfr", "kidneys", "iodine_reaction"} <= asked
    assert not {"implant", "pregnancy", "gadolinium_reaction", "premature", "creatinine_days"} & asked
    assert not judge_case("ct_woman", {"sex": "M"}).questions


@pytest.mark.parametrize(
    ("of", "by"),
    [
        ('outcome = "STOP", is_never', 'outcome = "MAYBE", is_never'),
        ('when = { implant = "cardiac" }', 'when = { implant = "pacemaker" }'),
        ('when = { implant = "cardiac" }', 'when = { pacemaker = "yes" }'),
        ('when = { implant = "cardiac" }', "when = { implant = { below = 3 } }"),
        ("egfr = { below = 30 } }", 'egfr = "low" }'),
        ("egfr = { below = 30 } }", "egfr = { under = 30 } }"),
        ("egfr = { below = 30 } }", "egfr = { below = true } }"),
        ('id = "on-skin"', 'id = "shunt-valve"'),
        ('choices = { no = "Non", yes = "Oui" }', 'choices = { no = "Non", unknown = "?" }'),
        ('kind = "number"', 'kind = "date"'),
        ("dated = 2026-11-26", ""),
        ('version = "2026-11"', "version ="),
    ],
)
def test_a_rulebook_with_one_wrong_line_is_refused_whole(of: str, by: str) -> None:
    text = SHIPPED.read_text()
    assert of in text
    with pytest.raises(MalformedRulebookError):
        read_rulebook(text.replace(of, by, 1))
