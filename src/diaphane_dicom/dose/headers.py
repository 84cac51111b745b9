"""Read the dose that images and performed steps carry in plain elements (PS3.3 C.4.16 and C.8)."""

import re

from pydicom.dataset import Dataset

from .model import Dose, DoseQuantity, Phantom, convert

_IN_WORDS = re.compile(r"\b(?:DLP|PDL)\D{0,20}?(\d+(?:[.,]\d+)?)\s*mGy[\s.·*x]?cm", re.IGNORECASE)
_ACTIVITY_UNITS = {"NM": "MBq", "PT": "Bq"}
"""RadionuclideTotalDose is in MBq in an NM image (PS3.3 C.8.4.10) and in Bq in a PET one (C.8.9.2)."""


def read_image_dose(header: Dataset) -> list[Dose]:
    """Return what one image says of its dose.

    CTDIvol is that of its acquisition, the area product that of its exposure; a DLP stands in no element of
    an image, only in its comments where the maker wrote it with its unit.
    """
    label = str(header.get("ProtocolName") or "")
    phantom = _read_phantom(header)
    found = [
        _dose(DoseQuantity.CTDI_VOL, header.get("CTDIvol"), "mGy", label=label, phantom=phantom),
        _dose(
            DoseQuantity.DAP,
            header.get("ImageAndFluoroscopyAreaDoseProduct"),
            "dGy.cm2",
            label=label,
            region=_read_view(header),
        ),
    ]
    return [each for each in found if each] + _read_comment(header) + _read_activity(header)


def read_performed_dose(step: Dataset) -> list[Dose]:
    """Return what a performed procedure step says of the dose of all its exposures (PS3.3 C.4.16)."""
    product = step.get("ImageAndFluoroscopyAreaDoseProduct")
    total = _dose(DoseQuantity.DAP, product, "dGy.cm2", is_total=True)
    return [each for each in (total,) if each] + _read_comment(step)


def _dose(quantity: DoseQuantity, value: object, unit: str, **circumstances: object) -> Dose | None:
    number = convert(value, unit, quantity)
    return None if number is None else Dose(quantity, number, **circumstances)  # type: ignore[arg-type]


def _read_phantom(header: Dataset) -> Phantom | None:
    codes = [str(each.get("CodeValue")) for each in header.get("CTDIPhantomTypeCodeSequence") or ()]
    return next((each for each in Phantom if each.value in codes), None)


def _read_view(header: Dataset) -> str:
    """Return body part and view, the names under which reference levels stand: ``CHEST PA``."""
    return f"{header.get('BodyPartExamined') or ''} {header.get('ViewPosition') or ''}".strip().upper()


def _read_comment(header: Dataset) -> list[Dose]:
    found = _IN_WORDS.findall(str(header.get("CommentsOnRadiationDose") or ""))
    if len(found) != 1:
        return []
    total = _dose(DoseQuantity.DLP, found[0].replace(",", "."), "mGy.cm", is_total=True)
    return [total] if total else []


def _read_activity(header: Dataset) -> list[Dose]:
    unit = _ACTIVITY_UNITS.get(str(header.get("Modality")), "")
    doses = []
    for item in header.get("RadiopharmaceuticalInformationSequence") or ():
        agent = str(item.get("Radiopharmaceutical") or "")
        given = _dose(
            DoseQuantity.ADMINISTERED_ACTIVITY, item.get("RadionuclideTotalDose"), unit, agent=agent
        )
        doses += [given] if given else []
    return doses
