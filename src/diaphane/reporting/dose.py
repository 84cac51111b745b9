"""Put the dose of an exam into its report: what was confirmed, and what a reader must know (R93)."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import override

from diaphane.acquisition.dose_models import DoseReading
from diaphane.acquisition.doses import FIELDS, list_confirmed, list_readings
from diaphane.acquisition.models import Exam
from diaphane.imaging.checks import Code
from diaphane.imaging.checks.words import word_finding
from diaphane.imaging.dose_sources import DoseSource
from diaphane.imaging.judging import list_findings
from diaphane_dicom.dose import DoseQuantity, Phantom

from . import document

_PHANTOMS = {Phantom.HEAD.value: "fantôme tête 16 cm", Phantom.BODY.value: "fantôme corps 32 cm"}
_SOURCES = {
    DoseSource.REPORT: "rapport de dose de l’appareil",
    DoseSource.PERFORMED: "fin d’examen transmise par l’appareil",
    DoseSource.IMAGE: "en-têtes des images",
}
_REMARKED = (Code.DOSE_ABOVE_LEVEL, Code.DOSE_DISAGREES)


def compose_dose(exam: Exam, modality: str) -> document.Dose:
    """Return the dose as it is printed: nothing but what was confirmed, with the acquisitions behind it."""
    return document.Dose(
        modality=modality,
        measures=tuple(_list_measures(exam)),
        source=_name_source(exam),
        remarks=tuple(_list_remarks(exam)),
    )


def _list_measures(exam: Exam) -> Iterator[document.DoseMeasure]:
    events = _list_events(exam)
    yield from (_measure(each) for each in events)
    for each in list_confirmed(exam):
        if events and each.quantity is DoseQuantity.CTDI_VOL:
            continue  # each acquisition has said its own
        detail = "total de l’examen" if events else exam.radiopharmaceutical
        yield document.DoseMeasure(quantity=each.quantity, value=Decimal(each.value), detail=detail)


def _list_events(exam: Exam) -> list[DoseReading]:
    """List the acquisitions of the device's report, localizers aside, where it is what was confirmed."""
    if exam.dose_source != DoseSource.REPORT:
        return []
    known = {quantity.value for quantity in FIELDS}
    return [
        each
        for each in list_readings(exam)
        if each.source == DoseSource.REPORT
        and each.quantity in known
        and not (each.is_total or each.is_localizer)
    ]


def _measure(reading: DoseReading) -> document.DoseMeasure:
    quantity = DoseQuantity(reading.quantity)
    phantom = _PHANTOMS.get(reading.phantom, "") if quantity is DoseQuantity.CTDI_VOL else ""
    detail = ", ".join(each for each in (reading.label or reading.agent, phantom) if each)
    return document.DoseMeasure(quantity=quantity, value=reading.value.normalize(), detail=detail)


def _name_source(exam: Exam) -> str:
    """Say who gave the dose, and who stands for it."""
    if exam.dose_source in _SOURCES:
        said = _SOURCES[DoseSource(exam.dose_source)]
        return f"{said}, confirmé par {exam.technologist_label}" if exam.technologist_label else said
    return f"relevé par {exam.technologist_label}" if exam.technologist_label else ""


def _list_remarks(exam: Exam) -> Iterator[str]:
    if exam.dose_missing_reason.strip():
        yield f"Dose non connue : {exam.dose_missing_reason.strip()}"
    with override("fr"):  # a report is written in French (R91)
        for finding in list_findings(exam.act).filter(code__in=_REMARKED):
            said = word_finding(finding.code, finding.about, finding.facts)
            reason = finding.answer.strip() or "non renseigné"
            where = f" ({finding.facts['source']})" if "source" in finding.facts else ""
            yield f"{said.title}{where}. Motif : {reason}"
