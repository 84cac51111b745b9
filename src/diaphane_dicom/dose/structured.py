"""Read the dose reports of devices: X-Ray and Radiopharmaceutical Radiation Dose SR (TID 10001 to 10021)."""

from pydicom.dataset import Dataset
from pydicom.uid import (
    EnhancedXRayRadiationDoseSRStorage,
    RadiopharmaceuticalRadiationDoseSRStorage,
    XRayRadiationDoseSRStorage,
)

from diaphane_dicom.content import code_of, code_value, first, meaning_of, name_of, text_of, walk

from .model import Dose, DoseQuantity, Phantom, convert

DOSE_REPORTS = frozenset(
    map(
        str,
        (
            XRayRadiationDoseSRStorage,
            EnhancedXRayRadiationDoseSRStorage,
            RadiopharmaceuticalRadiationDoseSRStorage,
        ),
    )
)
"""Storage classes that hold nothing but a dose; the enhanced X-ray one is known, and not read yet."""

_CT_ACQUISITION, _CT_ACCUMULATED = "113819", "113811"
_PROJECTION, _PROJECTION_ACCUMULATED = "113706", "113702"
_ADMINISTRATION = "113502"
_PROTOCOL, _REGION, _EVENT_UID = "125203", "123014", "113769"
_ACQUISITION_TYPE, _CONSTANT_ANGLE = "113820", "113805"
_PHANTOM_TYPE = "113835"
_AGENTS = frozenset({"349358000", "F-61FDB", "123001"})
"""Radiopharmaceutical agent, in SCT and in the older SRT; the retired DCM code."""

_OF_EVENT = {
    "113830": DoseQuantity.CTDI_VOL,
    "113838": DoseQuantity.DLP,
    "122130": DoseQuantity.DAP,
    "113738": DoseQuantity.REFERENCE_POINT_DOSE,
    "111631": DoseQuantity.MEAN_GLANDULAR_DOSE,
    "113507": DoseQuantity.ADMINISTERED_ACTIVITY,
}
_OF_TOTAL = {
    "113813": DoseQuantity.DLP,
    "113722": DoseQuantity.DAP,
    "113725": DoseQuantity.REFERENCE_POINT_DOSE,
    "111637": DoseQuantity.MEAN_GLANDULAR_DOSE,
}


def read_dose_report(report: Dataset) -> list[Dose]:
    """Return what a dose report says, totals first; what it does not say, or in another unit, is left out."""
    totals: list[Dose] = []
    events: list[Dose] = []
    for item in walk(report):
        name = name_of(item)
        if name in (_CT_ACCUMULATED, _PROJECTION_ACCUMULATED):
            totals += _read_measures(item, _OF_TOTAL, is_total=True)
        elif name in (_CT_ACQUISITION, _PROJECTION, _ADMINISTRATION):
            events += _read_event(item)
    return totals + events


def _read_event(container: Dataset) -> list[Dose]:
    within = list(walk(container))
    said = {name_of(item): item for item in reversed(within)}
    agent = next((meaning_of(item) for item in within if name_of(item) in _AGENTS), "")
    phantoms = {each.value: each for each in Phantom}
    return _read_measures(
        container,
        _OF_EVENT,
        is_localizer=code_of(said.get(_ACQUISITION_TYPE)) == _CONSTANT_ANGLE,
        event=text_of(said.get(_EVENT_UID), "UID"),
        label=text_of(said.get(_PROTOCOL), "TextValue"),
        region=meaning_of(said.get(_REGION)),
        phantom=phantoms.get(code_of(said.get(_PHANTOM_TYPE))),
        agent=agent,
    )


def _read_measures(container: Dataset, known: dict[str, DoseQuantity], **circumstances: object) -> list[Dose]:
    found = []
    for item in walk(container):
        quantity = known.get(name_of(item))
        measured = first(item, "MeasuredValueSequence")
        if quantity is None or measured is None:
            continue
        unit = code_value(first(measured, "MeasurementUnitsCodeSequence"))
        value = convert(measured.get("NumericValue"), unit, quantity)
        if value is not None:
            found.append(Dose(quantity, value, **circumstances))  # type: ignore[arg-type]
    return found
