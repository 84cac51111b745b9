"""Read the dose reports of devices: X-Ray and Radiopharmaceutical Radiation Dose SR (TID 10001 to 10021)."""

from collections.abc import Iterator

from pydicom.dataset import Dataset
from pydicom.uid import (
    EnhancedXRayRadiationDoseSRStorage,
    RadiopharmaceuticalRadiationDoseSRStorage,
    XRayRadiationDoseSRStorage,
)

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
_DEEPEST = 12


def read_dose_report(report: Dataset) -> list[Dose]:
    """Return what a dose report says, totals first; what it does not say, or in another unit, is left out."""
    totals: list[Dose] = []
    events: list[Dose] = []
    for item in _walk(report):
        name = _name(item)
        if name in (_CT_ACCUMULATED, _PROJECTION_ACCUMULATED):
            totals += _read_measures(item, _OF_TOTAL, is_total=True)
        elif name in (_CT_ACQUISITION, _PROJECTION, _ADMINISTRATION):
            events += _read_event(item)
    return totals + events


def _read_event(container: Dataset) -> list[Dose]:
    within = list(_walk(container))
    said = {_name(item): item for item in reversed(within)}
    agent = next((_meaning(item) for item in within if _name(item) in _AGENTS), "")
    phantoms = {each.value: each for each in Phantom}
    return _read_measures(
        container,
        _OF_EVENT,
        is_localizer=_code(said.get(_ACQUISITION_TYPE)) == _CONSTANT_ANGLE,
        event=_text(said.get(_EVENT_UID), "UID"),
        label=_text(said.get(_PROTOCOL), "TextValue"),
        region=_meaning(said.get(_REGION)),
        phantom=phantoms.get(_code(said.get(_PHANTOM_TYPE))),
        agent=agent,
    )


def _read_measures(container: Dataset, known: dict[str, DoseQuantity], **circumstances: object) -> list[Dose]:
    found = []
    for item in _walk(container):
        quantity = known.get(_name(item))
        measured = _first(item, "MeasuredValueSequence")
        if quantity is None or measured is None:
            continue
        unit = _code_value(_first(measured, "MeasurementUnitsCodeSequence"))
        value = convert(measured.get("NumericValue"), unit, quantity)
        if value is not None:
            found.append(Dose(quantity, value, **circumstances))  # type: ignore[arg-type]
    return found


def _walk(item: Dataset, depth: int = 0) -> Iterator[Dataset]:
    """Yield every content item below one, in the order of the document."""
    if depth > _DEEPEST:
        return
    for child in item.get("ContentSequence") or ():
        if isinstance(child, Dataset):
            yield child
            yield from _walk(child, depth + 1)


def _name(item: Dataset) -> str:
    return _code_value(_first(item, "ConceptNameCodeSequence"))


def _code(item: Dataset | None) -> str:
    return _code_value(_first(item, "ConceptCodeSequence")) if item is not None else ""


def _meaning(item: Dataset | None) -> str:
    code = _first(item, "ConceptCodeSequence") if item is not None else None
    return str(code.get("CodeMeaning") or "") if code is not None else ""


def _text(item: Dataset | None, keyword: str) -> str:
    return str(item.get(keyword) or "").strip() if item is not None else ""


def _code_value(code: Dataset | None) -> str:
    return str(code.get("CodeValue") or "") if code is not None else ""


def _first(item: Dataset, keyword: str) -> Dataset | None:
    found = item.get(keyword) or ()
    return next((each for each in found if isinstance(each, Dataset)), None)
