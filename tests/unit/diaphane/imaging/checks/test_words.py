"""Every finding has its words, filled in."""

import pytest

from diaphane.imaging.checks import Code
from diaphane.imaging.checks.words import KINDS, word_finding
from diaphane.requests.anatomy import SeriesKind

FACTS = {"count": 2, "after": 11, "places": 1, "expected": 9, "received": 7, "said": "KNEE", "side": "R"}


@pytest.mark.parametrize("code", list(Code))
def test_a_finding_says_what_it_is_and_what_to_do(code: Code) -> None:
    about = "diffusion" if code is Code.MISSING_SERIES else "1.2.3"
    wording = word_finding(code.value, about, FACTS)
    assert "%" not in str(wording.title)
    assert len(str(wording.advice)) > 20


def test_every_kind_of_series_has_a_name() -> None:
    assert set(KINDS) == set(SeriesKind)
