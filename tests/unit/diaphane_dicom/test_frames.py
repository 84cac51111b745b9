"""Locating frames, checked against pydicom's own reading."""

from contextlib import suppress
from io import BytesIO
from pathlib import Path

import numpy as np
import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.encaps import encapsulate, encapsulate_extended, generate_frames
from pydicom.uid import JPEGBaseline8Bit

from diaphane_dicom.frames import UnlocatableFramesError, locate_frames, number_of_frames, read_frame

from .files import image, readable_files, shipped

REFUSED = {
    "MR_truncated.dcm",
    "SC_rgb_jpeg.dcm",
    "SC_rgb_small_odd_big_endian.dcm",
    "image_dfl.dcm",
    "nested_priv_SQ.dcm",
}


def frames_of(content: bytes) -> list[bytes]:
    stream = BytesIO(content)
    return [read_frame(stream, where) for where in locate_frames(content).frames]


def encapsulated(value: bytes, count: int, **elements: bytes) -> bytes:
    dataset = pydicom.dcmread(BytesIO(image(np.zeros((4, 4), np.uint8))))
    dataset.file_meta.TransferSyntaxUID = JPEGBaseline8Bit
    dataset.NumberOfFrames = count
    dataset.PixelData = value
    dataset["PixelData"].is_undefined_length = True
    for keyword, element in elements.items():
        setattr(dataset, keyword, element)
    stream = BytesIO()
    dataset.save_as(stream)
    return stream.getvalue()


@pytest.mark.parametrize("path", readable_files(), ids=lambda p: p.name)
@pytest.mark.filterwarnings("ignore:Expected explicit VR")
def test_every_shipped_file_gives_the_frames_that_pydicom_reads(path: Path) -> None:
    dataset = pydicom.dcmread(path)
    content = path.read_bytes()
    if "PixelData" not in dataset or "TransferSyntaxUID" not in dataset.file_meta:
        return
    count = number_of_frames(dataset)
    if path.name in REFUSED:
        with pytest.raises(UnlocatableFramesError):
            locate_frames(content)
        return
    frames = frames_of(content)
    if dataset.file_meta.TransferSyntaxUID.is_encapsulated:
        assert frames == list(generate_frames(dataset.PixelData, number_of_frames=count))
    else:
        assert b"".join(frames) == dataset.PixelData[: sum(map(len, frames))]
    assert len(frames) == count


def test_an_object_without_pixels_has_no_frames() -> None:
    assert locate_frames(shipped("test-SR.dcm")).frames == ()


def test_deflated_data_is_refused() -> None:
    with pytest.raises(UnlocatableFramesError):
        locate_frames(shipped("image_dfl.dcm"))


def test_pixel_data_shorter_than_its_frames_is_refused() -> None:
    with pytest.raises(UnlocatableFramesError):
        locate_frames(shipped("MR_truncated.dcm"))


def test_encapsulated_data_that_is_cut_is_refused() -> None:
    content = encapsulated(encapsulate([b"\xff\xd8" + bytes(40)] * 3), 3)
    with pytest.raises(UnlocatableFramesError):
        locate_frames(content[:-60])


def test_fragments_that_match_no_frame_are_refused() -> None:
    with pytest.raises(UnlocatableFramesError):
        locate_frames(encapsulated(encapsulate([b"ab", b"cd", b"ef"], has_bot=False), 2))


def test_one_bit_frames_that_do_not_begin_on_a_byte_are_refused() -> None:
    dataset = pydicom.dcmread(BytesIO(image(np.zeros((3, 3), np.uint8))))
    dataset.BitsAllocated = dataset.BitsStored = 1
    dataset.NumberOfFrames = 2
    stream = BytesIO()
    dataset.save_as(stream)
    with pytest.raises(UnlocatableFramesError):
        locate_frames(stream.getvalue())


payloads = st.lists(st.binary(min_size=6, max_size=40).map(lambda b: b"\xff\xd8" + b), min_size=1, max_size=6)


@given(payloads, st.integers(1, 3), st.booleans())
def test_fragments_are_found_by_table_or_by_scan(
    frames: list[bytes], fragments: int, has_table: bool
) -> None:
    content = encapsulated(encapsulate(frames, fragments_per_frame=fragments, has_bot=has_table), len(frames))
    padded = [frame + b"\0" * (len(frame) % 2) for frame in frames]
    if has_table or fragments == 1 or len(frames) == 1:
        assert frames_of(content) == padded


@given(payloads)
def test_an_extended_offset_table_is_followed(frames: list[bytes]) -> None:
    value, offsets, lengths = encapsulate_extended(frames)
    content = encapsulated(
        value, len(frames), ExtendedOffsetTable=offsets, ExtendedOffsetTableLengths=lengths
    )
    assert frames_of(content) == [frame + b"\0" * (len(frame) % 2) for frame in frames]


@given(st.binary(max_size=200))
def test_damaged_encapsulated_data_is_refused_never_crashing(value: bytes) -> None:
    content = encapsulated(encapsulate([b"\xff\xd8ab"]), 2)
    at = content.index(b"\xfe\xff\x00\xe0")
    with suppress(UnlocatableFramesError):
        locate_frames(content[:at] + value)
