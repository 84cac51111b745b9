"""The dose of an exam as the card and the images' page show it: who says what, beside which level (R93)."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from diaphane.acquisition.dose_findings import compare_dose
from diaphane.acquisition.dose_models import DoseReading
from diaphane.acquisition.doses import SaidDose, list_confirmed, list_readings, list_said
from diaphane.acquisition.levels import Compared
from diaphane.acquisition.models import Exam
from diaphane.imaging.checks.words import format_dose
from diaphane.imaging.dose_sources import DOSE_NAMES, DoseSource
from diaphane_dicom.dose import UNITS, DoseQuantity, Phantom

PHANTOMS = {
    Phantom.HEAD.value: _("head phantom (16 cm)"),
    Phantom.BODY.value: _("body phantom (32 cm)"),
}


@dataclass(frozen=True)
class DoseLine:
    """One quantity of the whole exam, or of one acquisition, as somebody says it."""

    name: Promise
    value: str
    unit: str
    source: str | Promise
    details: tuple[str | Promise, ...] = ()


@dataclass(frozen=True)
class LevelLine:
    """One value beside its level."""

    compared: Compared
    name: Promise
    value: str
    reference: str


def describe_dose(exam: Exam) -> dict[str, object]:
    """Return what the shared fragment of the dose needs; nothing for an exam that does not irradiate."""
    asked_for = exam.act.request.exam
    if asked_for is None or not asked_for.is_ionising:
        return {"dose_confirmed": [], "dose_lines": [], "dose_events": [], "dose_levels": []}
    readings = list_readings(exam)
    is_typed = exam.dose_source in ("", DoseSource.TYPED)
    author = DoseSource.TYPED.label if is_typed else _("confirmed by the technologist")
    confirmed = [_line(each, author) for each in list_confirmed(exam)]
    return {
        "dose_confirmed": confirmed,
        "dose_lines": [*confirmed, *(_line(each, each.source.label) for each in list_said(readings))],
        "dose_events": [_event(each) for each in readings if _is_event(each)],
        "dose_levels": [_level(each) for each in compare_dose(exam, readings)],
    }


def _line(said: SaidDose, source: str | Promise) -> DoseLine:
    return DoseLine(DOSE_NAMES[said.quantity], format_dose(said.value), UNITS[said.quantity], source)


def _is_event(reading: DoseReading) -> bool:
    return reading.source == DoseSource.REPORT and not reading.is_total


def _event(reading: DoseReading) -> DoseLine:
    quantity = DoseQuantity(reading.quantity)
    told = (reading.label, reading.agent, PHANTOMS.get(reading.phantom, ""))
    return DoseLine(
        DOSE_NAMES[quantity],
        format_dose(reading.value),
        UNITS[quantity],
        DoseSource.REPORT.label,
        tuple(each for each in told if each),
    )


def _level(found: Compared) -> LevelLine:
    name = DOSE_NAMES[found.level.quantity]
    return LevelLine(found, name, format_dose(found.value), format_dose(found.level.reference))
