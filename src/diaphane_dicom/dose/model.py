"""What a device says of the dose: quantities in the units of the arrêté of 22 September 2006."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import Enum


class DoseQuantity(Enum):
    """Name a dose quantity by its DICOM code value (CID 10050, 10051 and the radiopharmaceutical)."""

    CTDI_VOL = "113830"
    DLP = "113813"
    DAP = "113722"
    REFERENCE_POINT_DOSE = "113725"
    MEAN_GLANDULAR_DOSE = "111637"
    ADMINISTERED_ACTIVITY = "113507"


UNITS = {
    DoseQuantity.CTDI_VOL: "mGy",
    DoseQuantity.DLP: "mGy·cm",
    DoseQuantity.DAP: "mGy·cm²",
    DoseQuantity.REFERENCE_POINT_DOSE: "mGy",
    DoseQuantity.MEAN_GLANDULAR_DOSE: "mGy",
    DoseQuantity.ADMINISTERED_ACTIVITY: "MBq",
}
"""The one unit in which each quantity is kept and printed."""

_FACTORS = {
    "mGy": {"mGy": "1", "Gy": "1000", "dGy": "100", "cGy": "10", "uGy": "0.001"},
    "mGy·cm": {"mGy.cm": "1", "mGycm": "1", "Gy.cm": "1000"},
    "mGy·cm²": {
        "mGy.cm2": "1",
        "uGy.cm2": "0.001",
        "cGy.cm2": "10",
        "dGy.cm2": "100",
        "Gy.cm2": "1000",
        "uGy.m2": "10",
        "mGy.m2": "10000",
        "Gy.m2": "10000000",
    },
    "MBq": {"MBq": "1", "Bq": "0.000001", "kBq": "0.001", "GBq": "1000", "mCi": "37"},
}
"""Factors from UCUM units to ours; what another unit says is not guessed."""


class Phantom(Enum):
    """Name the phantom that a CTDIvol refers to: the same beam reads about twice as much in the small one."""

    HEAD = "113690"
    BODY = "113691"


@dataclass(frozen=True)
class Dose:
    """One value that a device says, in the unit of its quantity.

    ``event`` is the UID of its irradiation event; ``is_total`` says that it adds up several of them.
    ``label`` is the protocol's name on the device; ``region`` what was irradiated, in the device's words.
    """

    quantity: DoseQuantity
    value: Decimal
    is_total: bool = False
    is_localizer: bool = False
    event: str = ""
    label: str = ""
    region: str = ""
    phantom: Phantom | None = None
    agent: str = ""


def convert(value: object, unit: str, quantity: DoseQuantity) -> Decimal | None:
    """Return a value in the unit of its quantity; None for no number above zero, or an unknown unit."""
    factor = _FACTORS[UNITS[quantity]].get(unit)
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    if factor is None or not number.is_finite() or number <= 0:
        return None
    return number * Decimal(factor)
