"""Decoding frames, checked against pydicom where it can, against uncompressed siblings elsewhere."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pydicom
import pytest

from diaphane_dicom.decode import (
    FrameDescription,
    Pixels,
    UndecodableFrameError,
    decode_frame,
    significant_bits,
)
from diaphane_dicom.frames import UnlocatableFramesError, locate_frames, read_frame

from .files import image, readable_files, shipped

IN_COLOUR = "SC_ybr_full_422_uncompressed.dcm"
"""pydicom makes it red, green, blue while decoding; here that is done in rendering, and tested there."""


def decoded(content: bytes, index: int = 0) -> Pixels:
    dataset = pydicom.dcmread(BytesIO(content), stop_before_pixels=True)
    found = locate_frames(content)
    description = FrameDescription.of(dataset, found.transfer_syntax_uid)
    encoded = read_frame(BytesIO(content), found.frames[index])
    return significant_bits(decode_frame(encoded, description), description)


def reference(path: Path) -> Pixels | None:
    dataset = pydicom.dcmread(path)
    try:
        pixels: Pixels = dataset.pixel_array
    except (RuntimeError, AttributeError, ValueError, NotImplementedError):
        return None
    return (
        pixels
        if "NumberOfFrames" not in dataset or pixels.ndim < 3 + (dataset.SamplesPerPixel > 1)
        else pixels[0]
    )


@pytest.mark.parametrize("path", readable_files(), ids=lambda p: p.name)
@pytest.mark.filterwarnings("ignore")
def test_every_shipped_file_decodes_as_pydicom_does(path: Path) -> None:
    expected = reference(path)
    try:
        if expected is None or path.name == IN_COLOUR or not locate_frames(path).frames:
            return
    except UnlocatableFramesError:
        return
    pixels = decoded(path.read_bytes())
    assert pixels.shape == expected.shape
    is_lossy_jpeg = pydicom.dcmread(path).file_meta.TransferSyntaxUID in ("1.2.840.10008.1.2.4.50",)
    tolerance = 3 if is_lossy_jpeg else 0
    assert np.abs(pixels.astype(np.int64) - expected.astype(np.int64)).max() <= tolerance


@pytest.mark.parametrize(
    "name",
    [
        "MR_small_RLE.dcm",
        "MR_small_jp2klossless.dcm",
        "MR_small_jpeg_ls_lossless.dcm",
        "MR_small_bigendian.dcm",
    ],
)
def test_lossless_siblings_decode_to_the_uncompressed_pixels(name: str) -> None:
    expected = pydicom.dcmread(shipped("MR_small.dcm")).pixel_array
    assert np.array_equal(decoded(shipped(name).read_bytes()), expected)


@pytest.mark.parametrize("name", ["JPEG-lossy.dcm", "SC_rgb_jpeg_gdcm.dcm", "JPEGLSNearLossless_16.dcm"])
def test_syntaxes_that_pydicom_cannot_decode_give_a_plausible_picture(name: str) -> None:
    pixels = decoded(shipped(name).read_bytes())
    assert pixels.max() > pixels.min()


@pytest.mark.parametrize(("keyword", "kind"), [("FloatPixelData", "<f4"), ("DoubleFloatPixelData", "<f8")])
def test_floating_point_pixels_are_recognised_from_the_header(keyword: str, kind: str) -> None:
    values = np.array([[0.5, -1.5], [2.25, 1e9]], kind)
    dataset = pydicom.dcmread(BytesIO(image(np.zeros((2, 2), np.uint8))))
    for absent in ("BitsStored", "HighBit", "PixelRepresentation", "PixelData"):
        delattr(dataset, absent)
    dataset.BitsAllocated = values.dtype.itemsize * 8
    setattr(dataset, keyword, values.tobytes())
    stream = BytesIO()
    dataset.save_as(stream)
    assert np.array_equal(decoded(stream.getvalue()), values)


def test_planar_colours_are_interleaved() -> None:
    pixels = np.arange(4 * 5 * 3, dtype=np.uint8).reshape(4, 5, 3)
    planar = image(np.moveaxis(pixels, -1, 0).reshape(4, 5, 3), PlanarConfiguration=1)
    assert np.array_equal(decoded(planar), pixels)


def test_unused_high_bits_do_not_show() -> None:
    stored = np.array([[0xF001, 0x0FFF], [0x7800, 0x0800]], np.uint16)
    assert decoded(image(stored, bits_stored=12)).tolist() == [[1, 0xFFF], [0x800, 0x800]]
    signed = decoded(image(stored.view(np.int16), bits_stored=12))
    assert signed.tolist() == [[1, -1], [-2048, -2048]]


@pytest.mark.parametrize(
    "uid", ["1.2.840.10008.1.2.4.202", "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.5", "1.2.3"]
)
def test_rubbish_is_refused_by_every_decoder(uid: str) -> None:
    header = pydicom.dcmread(BytesIO(image(np.zeros((4, 4), np.uint8))))
    with pytest.raises(UndecodableFrameError):
        decode_frame(b"rubbish rubbish!", FrameDescription.of(header, uid))


def test_a_header_that_describes_no_image_is_refused() -> None:
    with pytest.raises(UndecodableFrameError):
        FrameDescription.of(pydicom.dcmread(shipped("test-SR.dcm")), "1.2.840.10008.1.2.1")
