"""The estimated glomerular filtration rate, and units mixed up."""

import pytest

from diaphane.safety.kidneys import ImplausibleCreatinineError, estimate_gfr, to_micromoles


@pytest.mark.parametrize(
    ("milligrams", "years", "sex", "rate"),
    [
        # From the published formula: 142 × min(Scr/κ, 1)^α × max(Scr/κ, 1)^−1.200 × 0.9938^age.
        (0.7, 40, "F", 142 * 0.9938**40 * 1.012),
        (0.9, 40, "M", 142 * 0.9938**40),
        (1.8, 70, "M", 142 * 2**-1.2 * 0.9938**70),
        (0.35, 25, "F", 142 * 0.5**-0.241 * 0.9938**25 * 1.012),
    ],
)
def test_the_formula_at_and_around_its_knee(milligrams: float, years: int, sex: str, rate: float) -> None:
    found = estimate_gfr(micromoles=to_micromoles(milligrams), years=years, sex=sex)
    assert found == pytest.approx(rate, rel=1e-9)


@pytest.mark.parametrize("micromoles", [0, 0.9, 9, 14.9, 3001, -80, float("nan")])
def test_a_creatinine_of_another_unit_is_refused(micromoles: float) -> None:
    with pytest.raises(ImplausibleCreatinineError):
        estimate_gfr(micromoles=micromoles, years=60, sex="F")


@pytest.mark.parametrize(("years", "sex"), [(17, "F"), (60, "U"), (60, "")])
def test_children_and_unknown_sexes_have_no_such_estimate(years: int, sex: str) -> None:
    with pytest.raises(ValueError, match="adults"):
        estimate_gfr(micromoles=80, years=years, sex=sex)
