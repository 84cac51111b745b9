"""The identifiers and the wholeness of a data set, in any encoding."""

import zlib
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import Dataset, dcmread
from pydicom.encaps import encapsulate
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEGLosslessSV1,
)
from pynetdicom.dsutils import encode

from diaphane_dicom import data_set
from diaphane_dicom.data_set import DamagedDataSetError, Identity, TruncatedDataSetError, identify
from diaphane_dicom.file_meta import encode_file_meta
from diaphane_dicom.part10 import NotPart10Error, read_part10

from .files import image, readable_files

IDENTITY = Identity("1.2.840.10008.5.1.4.1.1.2", "1.2.3.1", "1.2.3.2", "1.2.3.3")
SYNTAXES = [
    ImplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    DeflatedExplicitVRLittleEndian,
    JPEGLosslessSV1,
]


def make(syntax: str, *, pixels: int = 6000) -> bytes:
    """Write a data set with sequences of both kinds, an overlay after the pixels, and pixels."""
    dataset = dcmread(BytesIO(image(np.zeros((8, 8), np.uint8))))
    dataset.SOPInstanceUID, dataset.StudyInstanceUID = IDENTITY.sop_instance_uid, IDENTITY.study_instance_uid
    dataset.SeriesInstanceUID = IDENTITY.series_instance_uid
    for keyword, is_undefined in (("ReferencedStudySequence", True), ("RequestAttributesSequence", False)):
        item = Dataset()
        item.ReferencedSOPInstanceUID = "1.2.9"
        item.is_undefined_length_sequence_item = is_undefined
        setattr(dataset, keyword, [item, Dataset()])
        dataset[keyword].is_undefined_length = is_undefined
    if syntax == JPEGLosslessSV1:
        dataset.PixelData = encapsulate([b"\xff\xd8" + bytes(pixels // 2)] * 2)
        dataset["PixelData"].VR, dataset["PixelData"].is_undefined_length = "OB", True
    else:
        dataset.PixelData = bytes(pixels)
    dataset.add_new(0x7FE10010, "LO", "AFTER THE PIXELS")
    implicit, little = syntax == ImplicitVRLittleEndian, syntax != ExplicitVRBigEndian
    encoded = encode(dataset, implicit, little)
    assert encoded is not None
    if syntax == DeflatedExplicitVRLittleEndian:
        deflater = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        return deflater.compress(encoded) + deflater.flush()
    return encoded


def read(content: bytes, syntax: str) -> Identity:
    """Read behind something else, as in a file."""
    stream = BytesIO(b"before" + content)
    stream.seek(6)
    return identify(stream, syntax)


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_a_whole_data_set_is_identified(syntax: str) -> None:
    assert read(make(syntax), syntax) == IDENTITY


@pytest.mark.parametrize("syntax", SYNTAXES)
@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_a_data_set_cut_within_an_element_is_refused(syntax: str, data: st.DataObject) -> None:
    content = make(syntax)
    length = data.draw(st.integers(0, len(content) - 1))
    whole = max((place for place in boundaries(content, syntax) if place <= length), default=0)
    if whole and not any(content[whole:length]):
        return  # between two elements, or what looks like padding
    with pytest.raises(DamagedDataSetError):
        read(content[:length], syntax)


def boundaries(content: bytes, syntax: str) -> set[int]:
    """Return where a data set may be cut without anything to tell: between two elements."""
    if syntax == DeflatedExplicitVRLittleEndian:
        return set()
    implicit, little = syntax == ImplicitVRLittleEndian, syntax != ExplicitVRBigEndian
    dataset = read_plain(content, implicit, little)
    kept, places = Dataset(), set()
    for element in dataset:
        kept.add(element)
        encoded = encode(kept, implicit, little)
        assert encoded is not None
        places.add(len(encoded))
    return places


def read_plain(content: bytes, implicit: bool, little: bool) -> Dataset:
    from pydicom.filereader import read_dataset

    return read_dataset(BytesIO(content), implicit, little)


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_a_data_set_cut_within_its_pixels_is_told_from_one_that_cannot_be_read(syntax: str) -> None:
    if syntax == DeflatedExplicitVRLittleEndian:
        return
    with pytest.raises(TruncatedDataSetError):
        read(make(syntax)[:-2000], syntax)


@pytest.mark.parametrize(
    "keyword", ["SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID"]
)
@pytest.mark.parametrize("value", [None, "", "1.02", "x", "1." + "2" * 64])
def test_a_missing_or_malformed_identifier_is_refused(keyword: str, value: str | None) -> None:
    dataset = dcmread(BytesIO(image(np.zeros((8, 8), np.uint8))))
    if value is None:
        delattr(dataset, keyword)
    else:
        setattr(dataset, keyword, value)
    encoded = encode(dataset, False, True)
    assert encoded is not None
    with pytest.raises(DamagedDataSetError, match="missing or malformed"):
        read(encoded, ExplicitVRLittleEndian)


@given(st.binary(max_size=300), st.sampled_from([*SYNTAXES, "1.2.3.4", "", "rubbish"]))
@settings(deadline=None)
def test_any_bytes_are_refused(content: bytes, syntax: str) -> None:
    with pytest.raises(DamagedDataSetError):
        read(content, syntax)


@pytest.mark.filterwarnings("ignore:Unknown encoding")
@given(st.data())
@settings(max_examples=300, deadline=None)
def test_a_damaged_data_set_is_identified_or_refused(data: st.DataObject) -> None:
    syntax = data.draw(st.sampled_from(SYNTAXES))
    content = bytearray(make(syntax, pixels=200))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(DamagedDataSetError):
        read(bytes(content), syntax)


@pytest.mark.filterwarnings("ignore:Expected explicit VR")
@pytest.mark.parametrize("path", readable_files(), ids=lambda path: path.name)
def test_shipped_files_are_identified_as_pydicom_reads_them(path: Path) -> None:
    content = path.read_bytes()
    try:
        part10 = read_part10(content)
    except NotPart10Error:
        return
    length = part10.file_meta.get(0x00020000)
    stream = BytesIO(content)
    stream.seek(132 + 12 + length.value if length else 132)
    try:
        found = identify(stream, part10.transfer_syntax_uid)
    except TruncatedDataSetError:
        assert "truncated" in path.name
    else:
        assert found == Identity.of(part10)


def test_the_file_meta_is_read_back_by_pydicom() -> None:
    content = encode_file_meta(
        sop_class_uid=IDENTITY.sop_class_uid,
        sop_instance_uid=IDENTITY.sop_instance_uid,
        transfer_syntax_uid=ExplicitVRLittleEndian,
        source_ae_title="SCANNER1",
    ) + make(ExplicitVRLittleEndian)
    part10 = read_part10(content)
    assert Identity.of(part10) == IDENTITY
    assert part10.file_meta.MediaStorageSOPClassUID == IDENTITY.sop_class_uid
    assert part10.file_meta.MediaStorageSOPInstanceUID == IDENTITY.sop_instance_uid
    assert part10.file_meta.SourceApplicationEntityTitle == "SCANNER1"
    assert content[132 + 12 + part10.file_meta.FileMetaInformationGroupLength :] == make(
        ExplicitVRLittleEndian
    )


def make_plain() -> bytes:
    """Write a data set whose elements all have a length, as most modalities do."""
    dataset = dcmread(BytesIO(image(np.zeros((8, 8), np.uint8))))
    dataset.SOPInstanceUID, dataset.StudyInstanceUID = IDENTITY.sop_instance_uid, IDENTITY.study_instance_uid
    dataset.SeriesInstanceUID = IDENTITY.series_instance_uid
    item = Dataset()
    item.ReferencedSOPInstanceUID = "1.2.9"
    dataset.RequestAttributesSequence = [item]
    encoded = encode(dataset, False, True)
    assert encoded is not None
    return encoded


def test_a_plain_data_set_is_identified_at_a_glance() -> None:
    stream = BytesIO(make_plain())
    assert data_set._glance(stream, len(stream.getvalue())) == IDENTITY


@given(at=st.integers(0, 2000), value=st.integers(0, 255), cut=st.integers(0, 60))
@settings(max_examples=400, deadline=None)
def test_a_glance_never_accepts_what_the_walk_refuses(at: int, value: int, cut: int) -> None:
    content = bytearray(make_plain())
    content[at % len(content)] = value
    stream = BytesIO(bytes(content[: len(content) - cut]))
    found = data_set._glance(stream, len(stream.getvalue()))
    if found:
        walk = data_set._Walk(stream, len(stream.getvalue()), ExplicitVRLittleEndian)
        assert walk.identify() == found
