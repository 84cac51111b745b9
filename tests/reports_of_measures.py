"""Structured reports of measurements (TID 1500), as a viewer writes them."""

from io import BytesIO

from pydicom import dcmread
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import Comprehensive3DSRStorage, CTImageStorage, ExplicitVRLittleEndian

from diaphane_dicom.identifiers import new_uid


def make_code(value: str, scheme: str, meaning: str) -> Sequence:
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = value, scheme, meaning
    return Sequence([code])


def name_item(item: Dataset, kind: str, code: str, meaning: str, *, scheme: str = "DCM") -> Dataset:
    item.RelationshipType, item.ValueType = "CONTAINS", kind
    item.ConceptNameCodeSequence = make_code(code, scheme, meaning)
    return item


def make_group(
    image: str, *, value: str = "1", label: str = "", tracking: str = "", frame: int = 0
) -> Dataset:
    """Return one measurement group: a length on an image, its finding named."""
    group = name_item(Dataset(), "CONTAINER", "125007", "Measurement Group")
    group.ContentSequence = Sequence([])
    if tracking:
        item = name_item(Dataset(), "TEXT", "112039", "Tracking Identifier")
        item.TextValue = tracking
        group.ContentSequence.append(item)
    if label:
        item = name_item(Dataset(), "CODE", "121071", "Finding")
        item.ConceptCodeSequence = make_code("CORNERSTONEFREETEXT", "CORNERSTONEJS", label)
        group.ContentSequence.append(item)
    number = name_item(Dataset(), "NUM", "410668003", "Length", scheme="SCT")
    if value:
        measured = Dataset()
        measured.NumericValue = value
        measured.MeasurementUnitsCodeSequence = make_code("mm", "UCUM", "millimeter")
        number.MeasuredValueSequence = Sequence([measured])
    number.ContentSequence = Sequence([_make_coordinates(image, frame)] if image else [])
    group.ContentSequence.append(number)
    return group


def make_report(*groups: Dataset) -> Dataset:
    """Return a report's content without its identity."""
    report = Dataset()
    report.ValueType, report.ContinuityOfContent = "CONTAINER", "SEPARATE"
    report.ConceptNameCodeSequence = make_code("126000", "DCM", "Imaging Measurement Report")
    within = name_item(Dataset(), "CONTAINER", "126010", "Imaging Measurements")
    within.ContentSequence = Sequence(list(groups))
    report.ContentSequence = Sequence([within])
    return report


def make_measures(image: bytes, *, value: str = "12.5", label: str = "Nodule") -> bytes:
    """Return a report of one length on an image, in its study, as a Part 10 file."""
    header = dcmread(BytesIO(image), stop_before_pixels=True)
    report = make_report(make_group(str(header.SOPInstanceUID), value=value, label=label))
    for element in header:
        if element.tag.group in (0x0010, 0x0020) or element.keyword.startswith("Study"):
            report.add(element)
    report.SpecificCharacterSet = "ISO_IR 192"
    report.SOPClassUID, report.SOPInstanceUID = Comprehensive3DSRStorage, new_uid()
    report.SeriesInstanceUID, report.Modality, report.SeriesNumber = new_uid(), "SR", 1
    report.InstanceNumber = 1
    report.file_meta = FileMetaDataset()
    report.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    stream = BytesIO()
    report.save_as(stream, enforce_file_format=True)
    return stream.getvalue()


def _make_coordinates(image: str, frame: int) -> Dataset:
    place = Dataset()
    place.RelationshipType, place.ValueType = "INFERRED FROM", "SCOORD"
    place.GraphicType, place.GraphicData = "POLYLINE", [1.0, 1.0, 5.0, 5.0]
    shown = Dataset()
    shown.RelationshipType, shown.ValueType = "SELECTED FROM", "IMAGE"
    reference = Dataset()
    reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID = CTImageStorage, image
    if frame:
        reference.ReferencedFrameNumber = frame
    shown.ReferencedSOPSequence = Sequence([reference])
    place.ContentSequence = Sequence([shown])
    return place
