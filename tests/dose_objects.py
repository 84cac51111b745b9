"""Dose reports as devices make them, small: X-Ray and Radiopharmaceutical Radiation Dose SR."""

from io import BytesIO

from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import (
    ExplicitVRLittleEndian,
    RadiopharmaceuticalRadiationDoseSRStorage,
    XRayRadiationDoseSRStorage,
)

from diaphane.acts.models import Act
from diaphane_dicom.identifiers import new_uid

from .images import name_patient

HEAD, BODY = "113690", "113691"
SPIRAL, CONSTANT_ANGLE = "116152004", "113805"


def code(value: str, scheme: str = "DCM") -> Sequence:
    """Return a code sequence."""
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, f"meaning of {value}"
    return Sequence([item])


def container(name: str, *content: Dataset) -> Dataset:
    """Return a content item that holds others."""
    item = _item("CONTAINER", name)
    item.ContinuityOfContent, item.ContentSequence = "SEPARATE", Sequence(content)
    return item


def number(name: str, value: object, unit: str) -> Dataset:
    """Return a measured value."""
    item, measured = _item("NUM", name), Dataset()
    measured.NumericValue = str(value)
    measured.MeasurementUnitsCodeSequence = code(unit, "UCUM")
    item.MeasuredValueSequence = Sequence([measured])
    return item


def coded(name: str, value: str, scheme: str = "DCM") -> Dataset:
    """Return a coded value."""
    item = _item("CODE", name)
    item.ConceptCodeSequence = code(value, scheme)
    return item


def text(name: str, value: str) -> Dataset:
    """Return a text."""
    item = _item("TEXT", name)
    item.TextValue = value
    return item


def uid(name: str, value: str) -> Dataset:
    """Return an identifier."""
    item = _item("UIDREF", name)
    item.UID = value
    return item


def ct_acquisition(
    *,
    protocol: str = "Crâne",
    ctdi_vol: object = 42.6,
    dlp: object = 766.8,
    how: str = SPIRAL,
    event: str = "",
    phantom: str = HEAD,
) -> Dataset:
    """Return one CT acquisition (TID 10013)."""
    dose = container(
        "113829", number("113830", ctdi_vol, "mGy"), coded("113835", phantom), number("113838", dlp, "mGy.cm")
    )
    return container(
        "113819",
        text("125203", protocol),
        coded("123014", "69536005", "SCT"),
        coded("113820", how),
        uid("113769", event or new_uid()),
        dose,
    )


def ct_total(dlp: object) -> Dataset:
    """Return what all acquisitions add up to (TID 10012)."""
    return container("113811", number("113812", 1, "{events}"), number("113813", dlp, "mGy.cm"))


def document(name: str, *content: Dataset) -> Dataset:
    """Return the root of a dose report."""
    root = container(name, *content)
    root.SOPClassUID = {"113500": RadiopharmaceuticalRadiationDoseSRStorage}.get(
        name, XRayRadiationDoseSRStorage
    )
    return root


def ct_report(*content: Dataset) -> Dataset:
    """Return a CT dose report; of one helix unless said otherwise."""
    return document("113701", *(content or (ct_total(766.8), ct_acquisition())))


def make_dose_report(act: Act, report: Dataset | None = None, **elements: object) -> bytes:
    """Return a report as a Part 10 file, of an act's patient and study."""
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    dataset.update(report or ct_report())
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.SOPInstanceUID, dataset.SeriesInstanceUID = new_uid(), new_uid()
    dataset.Modality, dataset.SeriesNumber, dataset.InstanceNumber = "SR", 999, 1
    dataset.SeriesDescription = "Rapport de dose"
    dataset.StudyDate, dataset.StudyTime = "20261122", "093000"
    name_patient(dataset, act)
    for keyword, value in elements.items():
        setattr(dataset, keyword, value)
    stream = BytesIO()
    dataset.save_as(stream, enforce_file_format=True)
    return stream.getvalue()


def _item(kind: str, name: str) -> Dataset:
    item = Dataset()
    item.RelationshipType, item.ValueType = "CONTAINS", kind
    item.ConceptNameCodeSequence = code(name)
    return item
