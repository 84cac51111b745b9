"""The dose that a technologist confirms: proposed by the devices, recorded by a person (R93)."""

from collections.abc import Mapping
from decimal import Decimal

from diaphane.imaging.dose_sources import DoseSource

from .doses import FIELDS, list_disagreements, list_readings, list_said, propose_doses
from .guards import name_owed_dose, weigh_dose
from .models import Exam, ExamState

_SIGNED = frozenset({ExamState.REPORTED, ExamState.CLOSED})
_PLACES = {"dlp": 1, "ctdi_vol": 2, "dap": 1, "activity": 2}


def propose_dose_fields(exam: Exam) -> dict[str, Decimal]:
    """Return, by the exam's own fields, what the devices propose, with as many decimals as a field keeps."""
    proposed = propose_doses(list_said(list_readings(exam)))
    return {FIELDS[quantity]: _round(FIELDS[quantity], each.value) for quantity, each in proposed.items()}


def name_dose_source(exam: Exam, values: Mapping[str, object]) -> str:
    """Return who says what is confirmed: a device when its own value stands, else the technologist."""
    field = name_owed_dose(exam)
    value = values.get(field)
    if not field or value is None:
        return ""
    proposed = propose_doses(list_said(list_readings(exam)))
    for quantity, each in proposed.items():
        if FIELDS[quantity] == field and _round(field, each.value) == value:
            return each.source.value
    return DoseSource.TYPED.value


def is_dose_to_record(exam: Exam) -> bool:
    """Say whether a finished exam waits for its dose: not known, told by a device since, or contradicted.

    A signed report keeps the dose that it prints.
    """
    if exam.finished_at is None:
        return False
    if weigh_dose(exam) is not None:
        return True
    field = name_owed_dose(exam)
    if not field or exam.state in _SIGNED:
        return False
    if getattr(exam, field) is None:
        return field in propose_dose_fields(exam)
    said = list_said(list_readings(exam))
    return any(each.one.source is DoseSource.TYPED for each in list_disagreements(exam, said))


def _round(field: str, value: Decimal) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-_PLACES[field]))
