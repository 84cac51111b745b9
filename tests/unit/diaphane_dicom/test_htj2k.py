"""Lossless encoding: exact, or the original."""

from io import BytesIO
from pathlib import Path

import imagecodecs
import numpy as np
import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from pydicom.encaps import encapsulate_extended, generate_frames
from pydicom.uid import HTJ2KLosslessRPCL

from diaphane_dicom import htj2k
from diaphane_dicom.decode import Pixels
from diaphane_dicom.differences import list_differences
from diaphane_dicom.htj2k import (
    NotExactError,
    check_codestream,
    decomposition_levels,
    encode_frame,
    prove_exact,
    transcode_to_htj2k,
)
from diaphane_dicom.native import transcode_to_native

from .files import image, readable_files, shipped

ENCODED = {
    "CT_small.dcm",
    "MR_small.dcm",
    "MR_small_RLE.dcm",
    "MR_small_implicit.dcm",
    "MR_small_padded.dcm",
    "SC_rgb_jpeg_dcmd.dcm",
    "SC_rgb_rle.dcm",
    "SC_rgb_rle_16bit.dcm",
    "SC_rgb_rle_16bit_2frame.dcm",
    "SC_rgb_rle_2frame.dcm",
    "SC_rgb_small_odd.dcm",
    "examples_overlay.dcm",
    "examples_palette.dcm",
    "examples_rgb_color.dcm",
    "image_dfl.dcm",
}
"""Exactly these shipped files are encoded; every other one passes untouched."""


@pytest.mark.parametrize("path", readable_files(), ids=lambda p: p.name)
@pytest.mark.filterwarnings("ignore:Expected explicit VR", "ignore:The pixel data")
def test_every_shipped_file_is_encoded_exactly_or_untouched(path: Path) -> None:
    content = path.read_bytes()
    result = transcode_to_htj2k(content)
    assert result.is_changed is (path.name in ENCODED), result.untouched_because
    if not result.is_changed:
        assert result.content == content
        return
    before, after = pydicom.dcmread(path), pydicom.dcmread(BytesIO(result.content))
    assert after.file_meta.TransferSyntaxUID == HTJ2KLosslessRPCL
    assert after.SOPInstanceUID == before.SOPInstanceUID
    back = pydicom.dcmread(BytesIO(transcode_to_native(result.content)))
    assert np.array_equal(back.pixel_array, before.pixel_array)
    allowed = {"TransferSyntaxUID", "PixelData", "PlanarConfiguration"}
    assert list_differences(before, back) <= allowed


shapes = st.one_of(
    st.tuples(st.integers(1, 70), st.integers(1, 70)),
    st.tuples(st.integers(1, 20), st.integers(1, 20), st.just(3)),
    st.tuples(st.integers(2, 4), st.integers(1, 9), st.integers(1, 9), st.just(1)),
)
kinds = st.sampled_from([np.uint8, np.int8, np.uint16, np.int16])


@settings(max_examples=60, deadline=None)
@given(hnp.arrays(kinds, shapes))
def test_any_image_comes_back_exact_and_returns_to_its_first_bytes(pixels: Pixels) -> None:
    content = image(pixels)
    result = transcode_to_htj2k(content)
    assert result.is_changed, result.untouched_because
    assert transcode_to_native(result.content) == content


@pytest.mark.parametrize(
    ("pixels", "elements"),
    [
        (np.zeros((4, 4), np.uint32), {}),
        (np.zeros((4, 4, 3), np.uint8), {"photometric": "YBR_PARTIAL_422"}),
        (np.zeros((4, 4), np.uint8), {"Rows": 40}),
    ],
    ids=["32 bits", "unknown colours", "fewer pixels than announced"],
)
def test_what_cannot_be_encoded_goes_untouched_with_a_reason(
    pixels: Pixels, elements: dict[str, object]
) -> None:
    content = image(pixels, **elements)  # type: ignore[arg-type]
    result = transcode_to_htj2k(content)
    assert result.content == content
    assert result.untouched_because


def test_a_codec_that_changes_one_pixel_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    real = imagecodecs.htj2k_encode

    def wrong(pixels: Pixels, **options: object) -> bytes:
        spoilt = pixels.copy()
        spoilt[0, 0] ^= 1
        return real(spoilt, **options)

    monkeypatch.setattr(htj2k.imagecodecs, "htj2k_encode", wrong)
    content = shipped("CT_small.dcm").read_bytes()
    result = transcode_to_htj2k(content)
    assert result.content == content
    assert result.untouched_because == "pixels differ"


def test_a_changed_header_element_is_caught() -> None:
    content = shipped("CT_small.dcm").read_bytes()
    frames = [pydicom.dcmread(BytesIO(content)).pixel_array]
    encoded = pydicom.dcmread(BytesIO(transcode_to_htj2k(content).content))
    encoded.SliceLocation = "1.5"
    stream = BytesIO()
    encoded.save_as(stream)
    with pytest.raises(NotExactError, match="SliceLocation"):
        prove_exact(content, stream.getvalue(), frames)


@pytest.mark.parametrize("options", [{"tlm": False}, {"reversible": False}])
def test_a_codestream_without_its_markers_is_caught(options: dict[str, bool]) -> None:
    pixels = np.arange(64 * 64, dtype=np.uint16).reshape(64, 64)
    codestream = imagecodecs.htj2k_encode(pixels, **{"reversible": True, "tlm": True, **options})
    with pytest.raises(NotExactError):
        check_codestream(codestream, pixels)


def test_a_codestream_of_another_size_is_caught() -> None:
    with pytest.raises(NotExactError):
        check_codestream(encode_frame(np.zeros((8, 8), np.uint8)), np.zeros((8, 9), np.uint8))
    with pytest.raises(NotExactError):
        check_codestream(b"rubbish", np.zeros((8, 9), np.uint8))


@pytest.mark.parametrize(("side", "levels"), [(1, 5), (512, 5), (2048, 5), (2049, 6), (4096, 6), (4097, 7)])
def test_large_images_are_halved_down_to_64(side: int, levels: int) -> None:
    assert decomposition_levels(side, 1) == levels


def test_a_quarter_of_the_resolution_decodes_from_the_codestream() -> None:
    pixels = np.arange(256 * 256, dtype=np.uint16).reshape(256, 256)
    assert imagecodecs.htj2k_decode(encode_frame(pixels), skipres=2).shape == (64, 64)


def test_the_offset_table_of_the_original_does_not_survive_its_pixels() -> None:
    dataset = pydicom.dcmread(shipped("SC_rgb_rle_2frame.dcm"))
    frames = list(generate_frames(dataset.PixelData, number_of_frames=2))
    dataset.PixelData, dataset.ExtendedOffsetTable, dataset.ExtendedOffsetTableLengths = encapsulate_extended(
        frames
    )
    stream = BytesIO()
    dataset.save_as(stream)
    result = transcode_to_htj2k(stream.getvalue())
    assert result.is_changed, result.untouched_because
    assert "ExtendedOffsetTable" not in pydicom.dcmread(BytesIO(result.content))
    back = pydicom.dcmread(BytesIO(transcode_to_native(stream.getvalue())))
    assert "ExtendedOffsetTable" not in back
    assert np.array_equal(back.pixel_array, dataset.pixel_array)


def test_rgb_is_announced_as_ybr_rct() -> None:
    result = transcode_to_htj2k(image(np.zeros((8, 8, 3), np.uint8)))
    assert pydicom.dcmread(BytesIO(result.content)).PhotometricInterpretation == "YBR_RCT"
