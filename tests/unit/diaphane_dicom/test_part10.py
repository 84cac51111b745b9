"""Reading Part 10 files."""

import hashlib
from io import BytesIO
from pathlib import Path

import numpy as np
import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataelem import RawDataElement
from pydicom.tag import Tag

from diaphane_dicom.part10 import NotPart10Error, from_dicom_json, read_part10, to_dicom_json

from .files import image, readable_files, shipped

FUZZED = [path.read_bytes() for path in readable_files() if path.stat().st_size < 40_000]


def without(keyword: str) -> bytes:
    dataset = pydicom.dcmread(BytesIO(image(np.zeros((2, 2), np.uint8))))
    delattr(dataset, keyword)
    stream = BytesIO()
    dataset.save_as(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    "content", [b"", b"\0" * 128, b"\0" * 132, b"GET / HTTP/1.1\r\n\r\n" * 20, b"\0" * 128 + b"DICM"]
)
def test_bytes_that_are_not_part_10_are_refused(content: bytes) -> None:
    with pytest.raises(NotPart10Error):
        read_part10(content)


def test_a_file_without_preamble_is_refused() -> None:
    with pytest.raises(NotPart10Error):
        read_part10(shipped("no_meta.dcm"))


@pytest.mark.parametrize(
    "keyword", ["SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "SOPClassUID"]
)
def test_an_object_without_an_identifier_is_refused(keyword: str) -> None:
    with pytest.raises(NotPart10Error):
        read_part10(without(keyword))


@pytest.mark.parametrize("uid", ["../../etc/passwd", "1.02.3", "1.2.x"])
def test_a_malformed_identifier_is_refused(uid: str) -> None:
    with pytest.raises(NotPart10Error):
        read_part10(image(np.zeros((2, 2), np.uint8), StudyInstanceUID=uid))


@pytest.mark.parametrize("length", [140, 200, 300, 400, 500])
def test_a_cut_header_is_refused_and_never_crashes(length: int) -> None:
    content = shipped("CT_small.dcm").read_bytes()[:length]
    with pytest.raises(NotPart10Error):
        read_part10(content)


@pytest.mark.parametrize("path", readable_files(), ids=lambda p: p.name)
@pytest.mark.filterwarnings("ignore:Expected explicit VR")
def test_every_shipped_file_is_read_or_refused(path: Path) -> None:
    try:
        read = read_part10(path)
    except NotPart10Error:
        return
    content = path.read_bytes()
    assert read.sha256 == hashlib.sha256(content).hexdigest()
    assert read.size == len(content)
    assert "PixelData" not in read.header
    assert to_dicom_json(read.header)["0020000D"] == {"vr": "UI", "Value": [read.study_instance_uid]}


def test_bytes_and_path_give_the_same_reading() -> None:
    path = shipped("CT_small.dcm")
    assert read_part10(path) == read_part10(path.read_bytes())


def test_json_is_in_utf_8_whatever_the_file_used() -> None:
    content = image(
        np.zeros((2, 2), np.uint8), SpecificCharacterSet="ISO_IR 100", PatientName="LÉVÊQUE^Éloïse"
    )
    model = to_dicom_json(read_part10(content).header)
    assert model["00080005"] == {"vr": "CS", "Value": ["ISO_IR 192"]}
    assert model["00100010"] == {"vr": "PN", "Value": [{"Alphabetic": "LÉVÊQUE^Éloïse"}]}
    assert str(from_dicom_json(model).PatientName) == "LÉVÊQUE^Éloïse"


def test_bulk_data_becomes_an_address_and_small_values_are_inlined() -> None:
    content = image(np.zeros((2, 2), np.uint8), EncapsulatedDocument=b"x" * 2000, ICCProfile=b"small!")
    model = to_dicom_json(read_part10(content).header, bulk_data_uri=lambda tag: f"bulk/{tag}")
    assert model["00420011"] == {"vr": "OB", "BulkDataURI": "bulk/00420011"}
    assert model["00282000"] == {"vr": "OB", "InlineBinary": "c21hbGwh"}
    assert not from_dicom_json({"00420011": model["00420011"]}).EncapsulatedDocument


def test_a_value_that_json_cannot_express_is_left_out() -> None:
    dataset = pydicom.dcmread(BytesIO(image(np.zeros((2, 2), np.uint8))), stop_before_pixels=True)
    dataset[0x00280010] = RawDataElement(Tag(0x00280010), "US", 3, b"odd", 0, False, True)
    model = to_dicom_json(dataset)
    assert "0020000D" in model
    assert "00280010" not in model


@given(
    index=st.integers(0, len(FUZZED) - 1),
    changes=st.lists(st.tuples(st.integers(100, 4000), st.integers(0, 255)), min_size=1, max_size=20),
)
@settings(max_examples=400)
@pytest.mark.filterwarnings("ignore")
def test_whatever_bytes_were_changed_a_file_is_read_or_refused(
    index: int, changes: list[tuple[int, int]]
) -> None:
    content = bytearray(FUZZED[index])
    for position, value in changes:
        content[position % len(content)] = value
    try:
        read = read_part10(bytes(content))
    except NotPart10Error:
        return
    assert read.sop_instance_uid
