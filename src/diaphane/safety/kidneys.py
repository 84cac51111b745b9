"""Estimate the glomerular filtration rate from a creatinine (CKD-EPI 2021, without any other factor)."""

MICROMOLES_PER_MILLIGRAM_BY_DECILITRE = 88.42
"""µmol/L of creatinine in 1 mg/dL."""
ADULT_YEARS = 18
PLAUSIBLE_MICROMOLES = (15.0, 3000.0)
"""A creatinine outside, in µmol/L, was more likely typed in another unit: 0.9 is mg/dL, 9 is mg/L."""


class ImplausibleCreatinineError(ValueError):
    """Say that a creatinine is none of a living adult: its unit must be looked at again."""


def to_micromoles(milligrams_by_decilitre: float) -> float:
    """Return a creatinine of mg/dL in µmol/L."""
    return milligrams_by_decilitre * MICROMOLES_PER_MILLIGRAM_BY_DECILITRE


def estimate_gfr(*, micromoles: float, years: int, sex: str) -> float:
    """Return the estimated rate in mL/min/1.73 m², of an adult of sex ``F`` or ``M``.

    Raises:
        ImplausibleCreatinineError: the creatinine, in µmol/L, is outside what is plausible.
        ValueError: the formula is for adults of a known sex.
    """
    lowest, highest = PLAUSIBLE_MICROMOLES
    if not lowest <= micromoles <= highest:
        raise ImplausibleCreatinineError(f"{micromoles:g} µmol/L")
    if years < ADULT_YEARS or sex not in _OF_SEX:
        raise ValueError("CKD-EPI 2021 is for adults of a known sex")
    kappa, alpha, factor = _OF_SEX[sex]
    ratio = micromoles / MICROMOLES_PER_MILLIGRAM_BY_DECILITRE / kappa
    return float(142 * min(ratio, 1) ** alpha * max(ratio, 1) ** -1.2 * 0.9938**years * factor)


_OF_SEX = {"F": (0.7, -0.241, 1.012), "M": (0.9, -0.302, 1.0)}
"""The formula's κ (mg/dL), α and factor."""
