"""Name in words what a viewer measured: quantities by their codes, units by UCUM."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_QUANTITIES: dict[str, Promise] = {
    **dict.fromkeys(("410668003", "G-D7FE"), _("Length")),
    **dict.fromkeys(("103339001", "G-A185"), _("Long axis")),
    **dict.fromkeys(("103340004", "G-A186"), _("Short axis")),
    **dict.fromkeys(("42798000", "G-A166"), _("Area")),
    **dict.fromkeys(("1483009", "G-A193"), _("Angle")),
    **dict.fromkeys(("373098007", "R-00317"), _("Mean")),
    **dict.fromkeys(("386136009", "R-10047"), _("Standard deviation")),
    **dict.fromkeys(("56851009", "G-A437"), _("Maximum")),
    **dict.fromkeys(("255605001", "R-404FB"), _("Minimum")),
    "118565006": _("Volume"),
}
"""By their code in SNOMED CT, and in its older form (SRT) that viewers still write."""

_UNITS = {
    "mm2": "mm²",
    "cm2": "cm²",
    "mm3": "mm³",
    "cm3": "cm³",
    "deg": "°",
    "[hnsf'U]": "UH",
    "{SUVbw}g/ml": "SUV",
    "1": "",
    "{ratio}": "",
    "[arb'U]": "",
}
"""What differs on screen from its UCUM code."""


def name_quantity(code: str, meaning: str) -> str | Promise:
    """Return what was measured, in French where it is known, else as its author's system says it."""
    return _QUANTITIES.get(code, meaning)


def name_unit(code: str) -> str:
    """Return a UCUM unit as it is written for people."""
    return _UNITS.get(code, code)
