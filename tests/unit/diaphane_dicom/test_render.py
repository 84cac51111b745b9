"""Pictures of frames."""

from io import BytesIO

import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from PIL import Image
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from diaphane_dicom.decode import UndecodableFrameError
from diaphane_dicom.frames import locate_frames, read_frame
from diaphane_dicom.htj2k import transcode_to_htj2k
from diaphane_dicom.render import Picture, Window, encode_jpeg, encode_png, render_frame, shrink

from .files import image, shipped


def rendered(content: bytes, *, index: int = 0, window: Window | None = None) -> Picture:
    found = locate_frames(content)
    header = pydicom.dcmread(BytesIO(content), stop_before_pixels=True)
    encoded = read_frame(BytesIO(content), found.frames[index])
    return render_frame(encoded, header, found.transfer_syntax_uid, index=index, window=window)


def ramp(**elements: object) -> bytes:
    return image(np.arange(-50, 50, dtype=np.int16).reshape(10, 10), **elements)  # type: ignore[arg-type]


def test_without_a_window_the_whole_range_shows() -> None:
    picture = rendered(ramp())
    assert (picture.min(), picture.max(), picture.dtype) == (0, 255, np.uint8)


def test_monochrome1_is_inverted() -> None:
    assert np.array_equal(rendered(ramp(photometric="MONOCHROME1")), 255 - rendered(ramp()))


def test_padding_does_not_flatten_the_picture() -> None:
    pixels = np.full((4, 4), -32768, np.int16)
    pixels[0] = [0, 10, 20, 30]
    picture = rendered(image(pixels, PixelPaddingValue=-32768))
    assert picture[0].tolist() == [0, 85, 170, 255]


def test_an_asked_window_replaces_the_one_of_the_header() -> None:
    content = ramp(WindowCenter=0, WindowWidth=20)
    assert np.array_equal(rendered(content, window=Window(10, 4)), rendered(ramp(), window=Window(10, 4)))
    assert not np.array_equal(rendered(content), rendered(content, window=Window(10, 4)))


def test_the_window_applies_after_the_rescale() -> None:
    content = ramp(RescaleSlope=2, RescaleIntercept=100, WindowCenter=100.5, WindowWidth=101)
    picture: NDArray[np.uint8] = rendered(content).ravel()
    assert picture[0:26].max() == 0
    assert picture[75:].min() == 255
    assert 126 <= picture[50] <= 129


def test_the_first_of_several_windows_is_taken() -> None:
    several = rendered(ramp(WindowCenter=[0, 40], WindowWidth=[20, 400]))
    assert np.array_equal(several, rendered(ramp(WindowCenter=0, WindowWidth=20)))


@pytest.mark.parametrize("function", ["LINEAR", "LINEAR_EXACT", "SIGMOID"])
def test_window_functions_grow_and_put_the_centre_in_the_middle(function: str) -> None:
    picture = rendered(ramp(WindowCenter=0, WindowWidth=40, VOILUTFunction=function)).ravel()
    assert (np.diff(picture.astype(int)) >= 0).all()
    assert 125 <= picture[50] <= 132


def test_an_enhanced_object_uses_the_window_of_the_frame() -> None:
    def group(center: float) -> Dataset:
        voi = Dataset()
        voi.WindowCenter, voi.WindowWidth = center, 20
        functional = Dataset()
        functional.FrameVOILUTSequence = Sequence([voi])
        return functional

    frames = np.stack([np.arange(-50, 50, dtype=np.int16).reshape(10, 10, 1)] * 2)
    content = image(frames, PerFrameFunctionalGroupsSequence=Sequence([group(0), group(30)]))
    assert rendered(content, index=0).ravel()[50] > 100
    assert rendered(content, index=1).ravel()[50] == 0


def test_a_lookup_table_is_applied() -> None:
    table = Dataset()
    table.LUTDescriptor = [4, 0, 8]
    table.LUTData = np.array([0, 10, 200, 255], np.uint16).tobytes()
    content = image(np.array([[0, 1], [2, 3]], np.uint16), VOILUTSequence=Sequence([table]))
    assert rendered(content).ravel().tolist() == [0, 10, 200, 255]


@pytest.mark.parametrize(
    "name",
    [
        "examples_palette.dcm",
        "examples_ybr_color.dcm",
        "SC_ybr_full_422_uncompressed.dcm",
        "SC_rgb_rle_16bit.dcm",
    ],
)
def test_colours_become_8_bit_red_green_blue(name: str) -> None:
    picture = rendered(shipped(name).read_bytes())
    assert picture.dtype == np.uint8
    assert picture.shape[2] == 3


def test_ybr_422_shows_the_colours_that_pydicom_shows() -> None:
    path = shipped("SC_ybr_full_422_uncompressed.dcm")
    expected = pydicom.dcmread(path).pixel_array
    difference = rendered(path.read_bytes()).astype(int) - expected.astype(int)
    assert np.abs(difference).max() <= 1


@pytest.mark.parametrize("name", ["CT_small.dcm", "examples_rgb_color.dcm", "examples_palette.dcm"])
def test_an_encoded_object_shows_the_same_picture(name: str) -> None:
    content = shipped(name).read_bytes()
    assert np.array_equal(rendered(transcode_to_htj2k(content).content), rendered(content))


def test_damaged_pixels_are_refused() -> None:
    header = pydicom.dcmread(shipped("CT_small.dcm"), stop_before_pixels=True)
    with pytest.raises(UndecodableFrameError):
        render_frame(b"short", header, "1.2.840.10008.1.2.1")


def test_pictures_are_encoded_and_shrunk() -> None:
    picture = rendered(shipped("CT_small.dcm").read_bytes())
    assert np.array_equal(np.asarray(Image.open(BytesIO(encode_png(picture)))), picture)
    assert Image.open(BytesIO(encode_jpeg(picture))).format == "JPEG"
    assert shrink(picture, width=64, height=32).shape == (32, 32)
    assert shrink(picture, width=640, height=640).shape == picture.shape
