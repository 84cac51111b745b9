"""Every finding has its words, filled in."""

import pytest
from django.utils.translation import override

from diaphane.imaging.checks import Code
from diaphane.imaging.checks.words import KINDS, word_finding
from diaphane.requests.anatomy import SeriesKind

DOSE = {
    "quantity": "113813",
    "one": "76.7",
    "one_source": "typed",
    "other": "767",
    "other_source": "report",
    "value": "767.50",
    "reference": "650",
    "label": "Crâne",
    "source": "NRD du site",
}
FACTS = {"count": 2, "after": 11, "places": 1, "expected": 9, "received": 7, "said": "KNEE", "side": "R"}


@pytest.mark.parametrize("code", list(Code))
def test_a_finding_says_what_it_is_and_what_to_do(code: Code) -> None:
    about = "diffusion" if code is Code.MISSING_SERIES else "1.2.3"
    facts = DOSE if code.value.startswith("dose_") else FACTS
    wording = word_finding(code.value, about, facts)
    assert "%" not in str(wording.title)
    assert len(str(wording.advice)) > 20
    assert "%" not in str(wording.advice)


def test_a_dose_is_said_with_its_unit_and_no_zero_too_many() -> None:
    with override("fr"):
        said = word_finding("dose_above_level", "", DOSE).title
    assert said == "PDL de 767,5 mGy·cm, au-dessus du niveau de référence de 650 mGy·cm"


def test_every_kind_of_series_has_a_name() -> None:
    assert set(KINDS) == set(SeriesKind)
