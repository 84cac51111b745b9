"""What is found in the dose of an exam: sources that disagree, levels that are exceeded (R93)."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from diaphane.imaging.checks import Code, Found, Level

from .dose_models import DoseReading
from .doses import Disagreement, list_confirmed, list_disagreements, list_said, propose_doses
from .levels import Compared, compare_with_levels
from .models import Exam


def compare_dose(exam: Exam, readings: Sequence[DoseReading]) -> list[Compared]:
    """Compare what was confirmed, else what the devices propose, with the levels that stand for this exam."""
    values = propose_doses([*list_confirmed(exam), *list_said(readings)])
    return compare_with_levels(exam, readings=readings, values=values.values())


def find_in_dose(exam: Exam, readings: Sequence[DoseReading]) -> Iterator[Found]:
    """Yield what a person must look at."""
    for each in list_disagreements(exam, list_said(readings)):
        about = f"{each.one.quantity.value} {each.one.source} {each.other.source}"
        yield Found(Code.DOSE_DISAGREES, Level.TO_SEE, about, _tell_disagreement(each))
    ordered = sorted(compare_dose(exam, readings), key=lambda each: each.value)
    above = {_name(each): each for each in ordered if each.is_above}  # of one protocol, the highest
    for about, worst in above.items():
        yield Found(Code.DOSE_ABOVE_LEVEL, Level.TO_SEE, about, _tell_excess(worst))


def _tell_disagreement(found: Disagreement) -> dict[str, str | int]:
    return {
        "quantity": found.one.quantity.value,
        "one": _plain(found.one.value),
        "one_source": found.one.source.value,
        "other": _plain(found.other.value),
        "other_source": found.other.source.value,
    }


def _tell_excess(found: Compared) -> dict[str, str | int]:
    level = found.level
    return {
        "quantity": level.quantity.value,
        "value": _plain(found.value),
        "reference": _plain(level.reference),
        "label": found.label or level.label,
        "source": f"{level.title}, {level.source} ({level.dated:%d/%m/%Y})",
    }


def _name(found: Compared) -> str:
    return f"{found.level.quantity.value} {found.label or found.level.label}"[:64]


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
