"""Put the technique into words: products, and a dose that is never silently absent (R92, R93)."""

from collections.abc import Callable
from datetime import datetime

from diaphane_dicom.dose import UNITS, DoseQuantity

from .model import ContrastInjection, Dose, DoseMeasure, Technique
from .typography import NO_BREAK, format_number, typeset_french

NOT_IRRADIATING = "Examen non irradiant"
NOT_TRANSMITTED = "dose non transmise par l’appareil"
NOT_IRRADIATING_MODALITIES = frozenset({"MR", "US"})

# French name of each quantity; its unit is the arrêté's (22 September 2006).
QUANTITIES = {
    DoseQuantity.CTDI_VOL: "IDSV (CTDIvol)",
    DoseQuantity.DLP: "PDL (produit dose × longueur)",
    DoseQuantity.DAP: "PDS (produit dose × surface)",
    DoseQuantity.REFERENCE_POINT_DOSE: "Dose au point de référence",
    DoseQuantity.MEAN_GLANDULAR_DOSE: "Dose glandulaire moyenne",
    DoseQuantity.ADMINISTERED_ACTIVITY: "Activité administrée",
}
OWED_BY_MODALITY = {
    "CT": (DoseQuantity.CTDI_VOL, DoseQuantity.DLP),
    "CR": (DoseQuantity.DAP,),
    "DX": (DoseQuantity.DAP,),
    "RF": (DoseQuantity.DAP,),
    "XA": (DoseQuantity.DAP,),
    "MG": (DoseQuantity.MEAN_GLANDULAR_DOSE,),
    "NM": (DoseQuantity.ADMINISTERED_ACTIVITY,),
    "PT": (DoseQuantity.ADMINISTERED_ACTIVITY,),
}


def describe_dose(dose: Dose) -> list[str]:
    """Return one line per measure and per quantity that is owed but absent (R93).

    A modality that is not known to be free of radiation owes a dose.
    """
    lines = [_describe_measure(measure) for measure in dose.measures]
    measured = {measure.quantity for measure in dose.measures}
    for quantity in OWED_BY_MODALITY.get(dose.modality, ()):
        if quantity not in measured:
            lines.append(f"{QUANTITIES[quantity]} : {NOT_TRANSMITTED}")
    if not lines:
        free = dose.modality in NOT_IRRADIATING_MODALITIES
        lines.append(NOT_IRRADIATING if free else NOT_TRANSMITTED.capitalize())
    if dose.source and dose.measures:
        lines.append(f"Source : {dose.source}")
    lines += dose.remarks
    return [typeset_french(line) for line in lines]


def _describe_measure(measure: DoseMeasure) -> str:
    unit = UNITS[measure.quantity]
    detail = f" ({measure.detail})" if measure.detail else ""
    return f"{QUANTITIES[measure.quantity]} : {format_number(measure.value)}{NO_BREAK}{unit}{detail}"


def describe_injection(injection: ContrastInjection, instant: Callable[[datetime], str]) -> str:
    """Return what was injected in one sentence; each missing item is named as missing."""
    volume = injection.volume_ml
    parts = [
        injection.product,
        f"lot {injection.batch}" if injection.batch else "lot non renseigné",
        f"{format_number(volume)}{NO_BREAK}mL" if volume is not None else "volume non renseigné",
        injection.route or "voie non renseignée",
        instant(injection.at) if injection.at else "heure non renseignée",
        f"réaction : {injection.reaction}" if injection.reaction else "pas de réaction signalée",
    ]
    return typeset_french(", ".join(parts))


def describe_technique(technique: Technique, instant: Callable[[datetime], str]) -> list[list[object]]:
    """Return the rows of the technique: label and lines."""
    injections = [describe_injection(injection, instant) for injection in technique.injections]
    return [
        ["Appareil", [typeset_french(technique.device) or "Non renseigné"]],
        ["Acquisitions", [typeset_french(technique.acquisitions) or "Non renseignées"]],
        ["Produit injecté", injections or ["Aucun produit injecté"]],
        ["Dose", describe_dose(technique.dose)],
        ["Qualité des images", [typeset_french(technique.quality) or "Non renseignée"]],
    ]
