"""Write and read key object selections (PS3.3 A.35.4, TID 2010): images that a person points out."""

from collections.abc import Sequence as Many
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import UID, ExplicitVRLittleEndian, KeyObjectSelectionDocumentStorage

from .content import first, name_of, text_of, walk
from .identifiers import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME, new_uid
from .measurements import frame_of

KEY_OBJECTS: str = KeyObjectSelectionDocumentStorage
MANUFACTURER = "Diaphane"
OF_INTEREST, REJECTED = "113000", "113001"
"""Document titles (CID 7010): images of interest; a note that withdraws the documents it names (IHE IOCM)."""
_TITLES = {OF_INTEREST: "Of Interest", REJECTED: "Rejected for Quality Reasons"}
_DESCRIPTION = "113012"
_PLAIN = str.maketrans("^=\\", "   ")
_COPIED = (
    "PatientName",
    "PatientID",
    "IssuerOfPatientID",
    "PatientBirthDate",
    "PatientSex",
    "StudyInstanceUID",
    "StudyDate",
    "StudyTime",
    "StudyID",
    "StudyDescription",
    "AccessionNumber",
    "ReferringPhysicianName",
)
"""Patient and study modules (PS3.3 C.7.1.1, C.7.2.1) as the images have them: it joins their study."""
_REQUIRED = (
    "PatientName",
    "PatientID",
    "PatientBirthDate",
    "PatientSex",
    "StudyDate",
    "StudyTime",
    "StudyID",
)
_REQUIRED_TOO = ("AccessionNumber", "ReferringPhysicianName")


@dataclass(frozen=True)
class Reference:
    """One object pointed out; ``frame`` is 0 for the whole object."""

    sop_class_uid: str
    sop_instance_uid: str
    series_instance_uid: str = ""
    frame: int = 0


@dataclass(frozen=True)
class Selection:
    """What a document says: its title's code, the objects, and a few words."""

    title: str
    references: tuple[Reference, ...]
    description: str = ""


def write_selection(
    selection: Selection,
    *,
    like: Dataset,
    series_instance_uid: str,
    series_number: int,
    series_description: str,
    number: int,
    observer: str,
    at: datetime,
) -> bytes:
    """Return a key object selection document as a Part 10 file, in the study of the header it is ``like``.

    ``at`` is aware: the document is dated in its offset.
    """
    document = _describe_study(like)
    document.SOPClassUID, document.SOPInstanceUID = KEY_OBJECTS, new_uid()
    document.Modality, document.SeriesNumber, document.InstanceNumber = "KO", series_number, number
    document.SeriesInstanceUID, document.SeriesDescription = series_instance_uid, series_description
    document.ReferencedPerformedProcedureStepSequence = Sequence([])
    document.Manufacturer = document.ManufacturerModelName = MANUFACTURER
    document.ContentDate, document.ContentTime = f"{at:%Y%m%d}", f"{at:%H%M%S}"
    document.TimezoneOffsetFromUTC = f"{at:%z}"
    document.CurrentRequestedProcedureEvidenceSequence = _list_evidence(selection.references, like)
    _write_content(document, selection, observer)
    return _save(document)


def read_selection(document: Dataset) -> Selection:
    """Return what a key object selection document says; references without identifiers are left out."""
    items = list(walk(document))
    words = next((text_of(item, "TextValue") for item in items if name_of(item) == _DESCRIPTION), "")
    found = (first(item, "ReferencedSOPSequence") for item in items)
    references = tuple(_read_reference(each) for each in found if each is not None)
    return Selection(name_of(document), tuple(each for each in references if each.sop_instance_uid), words)


def _describe_study(like: Dataset) -> Dataset:
    document = Dataset()
    document.SpecificCharacterSet = "ISO_IR 192"
    for keyword in (*_REQUIRED, *_REQUIRED_TOO):
        setattr(document, keyword, "")
    for keyword in _COPIED:
        if like.get(keyword) not in (None, ""):
            setattr(document, keyword, like.get(keyword))
    return document


def _list_evidence(references: Many[Reference], like: Dataset) -> Sequence:
    """List the objects by study and series (PS3.3 C.17.2.3)."""
    study = Dataset()
    study.StudyInstanceUID, study.ReferencedSeriesSequence = like.StudyInstanceUID, Sequence([])
    for uid in dict.fromkeys(each.series_instance_uid for each in references):
        series = Dataset()
        series.SeriesInstanceUID = uid
        within = [each for each in references if each.series_instance_uid == uid]
        series.ReferencedSOPSequence = Sequence([_refer(each) for each in within])
        study.ReferencedSeriesSequence.append(series)
    return Sequence([study])


def _write_content(document: Dataset, selection: Selection, observer: str) -> None:
    document.ValueType, document.ContinuityOfContent = "CONTAINER", "SEPARATE"
    document.ConceptNameCodeSequence = _code(selection.title, "DCM", _TITLES[selection.title])
    template = Dataset()
    template.MappingResource, template.TemplateIdentifier = "DCMR", "2010"
    document.ContentTemplateSequence = Sequence([template])
    items = [
        _item("HAS CONCEPT MOD", "CODE", "121049", "Language of Content Item and Descendants"),
        _item("HAS OBS CONTEXT", "CODE", "121005", "Observer Type"),
        _item("HAS OBS CONTEXT", "PNAME", "121008", "Person Observer Name"),
    ]
    items[0].ConceptCodeSequence = _code("fr", "RFC5646", "French")
    items[1].ConceptCodeSequence = _code("121006", "DCM", "Person")
    items[2].PersonName = observer.translate(_PLAIN)
    if selection.description:
        items.append(_item("CONTAINS", "TEXT", _DESCRIPTION, "Key Object Description"))
        items[-1].TextValue = selection.description
    document.ContentSequence = Sequence([*items, *map(_contain, selection.references)])


def _item(relation: str, kind: str, code: str, meaning: str) -> Dataset:
    item = Dataset()
    item.RelationshipType, item.ValueType = relation, kind
    item.ConceptNameCodeSequence = _code(code, "DCM", meaning)
    return item


def _contain(reference: Reference) -> Dataset:
    item = Dataset()
    item.RelationshipType = "CONTAINS"
    item.ValueType = "COMPOSITE" if reference.sop_class_uid == KEY_OBJECTS else "IMAGE"
    item.ReferencedSOPSequence = Sequence([_refer(reference, with_frame=True)])
    return item


def _refer(reference: Reference, *, with_frame: bool = False) -> Dataset:
    item = Dataset()
    item.ReferencedSOPClassUID = reference.sop_class_uid
    item.ReferencedSOPInstanceUID = reference.sop_instance_uid
    if with_frame and reference.frame:
        item.ReferencedFrameNumber = reference.frame
    return item


def _read_reference(item: Dataset) -> Reference:
    frame = frame_of(item) if "ReferencedFrameNumber" in item else 0
    return Reference(
        text_of(item, "ReferencedSOPClassUID"), text_of(item, "ReferencedSOPInstanceUID"), frame=frame
    )


def _code(value: str, scheme: str, meaning: str) -> Sequence:
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = value, scheme, meaning
    return Sequence([code])


def _save(document: Dataset) -> bytes:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = (
        document.SOPClassUID,
        document.SOPInstanceUID,
    )
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = UID(IMPLEMENTATION_CLASS_UID)
    meta.ImplementationVersionName = IMPLEMENTATION_VERSION_NAME
    document.file_meta = meta
    stream = BytesIO()
    document.save_as(stream, enforce_file_format=True)
    return stream.getvalue()
