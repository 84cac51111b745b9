"""JPEG-LS Lossless for viewers without HTJ2K: exact, or refused; read by DCMTK too."""

import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom import dcmread
from pydicom.uid import ExplicitVRLittleEndian, JPEGLSLossless

from diaphane_dicom.decode import FrameDescription, UndecodableFrameError, decode_frame
from diaphane_dicom.frames import locate_frames, read_frame
from diaphane_dicom.htj2k import transcode_to_htj2k
from diaphane_dicom.jpeg_ls import UnencodableFrameError, frame_to_jpeg_ls, transcode_to_jpeg_ls

from .files import image

DCMTK = pytest.mark.skipif(shutil.which("dcmdjpls") is None, reason="no dcmtk on this machine")
RANDOM = np.random.default_rng(80)
PICTURES: dict[str, NDArray[np.generic]] = {
    "8 bits": RANDOM.integers(0, 256, (31, 47), np.uint8),
    "16 bits": RANDOM.integers(0, 1 << 16, (31, 47), np.uint16),
    "signed": RANDOM.integers(-1024, 3072, (32, 32), np.int16),
    "signed 8 bits": RANDOM.integers(-128, 128, (16, 16), np.int8),
    "colours": RANDOM.integers(0, 256, (24, 40, 3), np.uint8),
    "frames": RANDOM.integers(0, 4096, (5, 16, 24, 1), np.uint16),
    "one value": np.zeros((9, 9), np.uint16),
    "one column": RANDOM.integers(0, 4096, (40, 1), np.uint16),
}


def decode_all(content: bytes) -> list[NDArray[np.generic]]:
    dataset = dcmread(BytesIO(content))
    description = FrameDescription.of(dataset, str(dataset.file_meta.TransferSyntaxUID))
    frames = locate_frames(content).frames
    return [decode_frame(read_frame(BytesIO(content), where), description) for where in frames]


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("is_stored_in_htj2k", [False, True])
def test_every_pixel_is_the_same(name: str, is_stored_in_htj2k: bool) -> None:
    original = image(PICTURES[name])
    stored = transcode_to_htj2k(original).content if is_stored_in_htj2k else original
    made = transcode_to_jpeg_ls(stored)
    dataset = dcmread(BytesIO(made))
    assert dataset.file_meta.TransferSyntaxUID == JPEGLSLossless
    assert dataset.SOPInstanceUID == dcmread(BytesIO(original)).SOPInstanceUID
    assert dataset.PhotometricInterpretation == dcmread(BytesIO(original)).PhotometricInterpretation
    before, after = decode_all(original), decode_all(made)
    assert len(before) == len(after) > 0
    assert all(np.array_equal(one, other) for one, other in zip(before, after, strict=True))


@DCMTK
@pytest.mark.parametrize("name", ["8 bits", "16 bits", "signed", "colours", "frames"])
def test_dcmtk_reads_the_same_pixels(name: str, tmp_path: Path) -> None:
    made, native = tmp_path / "made.dcm", tmp_path / "native.dcm"
    made.write_bytes(transcode_to_jpeg_ls(image(PICTURES[name])))
    subprocess.run(["dcmdjpls", made, native], check=True, capture_output=True, timeout=120)
    expected, read = decode_all(image(PICTURES[name])), decode_all(native.read_bytes())
    assert all(np.array_equal(one, other) for one, other in zip(expected, read, strict=True))


def test_values_that_jpeg_ls_would_not_give_back_are_refused() -> None:
    rubbish = np.array([[0x7000, 0x0123], [0x0FFF, 0x1000]], np.int16)
    content = image(rubbish, bits_stored=12)
    with pytest.raises(UnencodableFrameError, match="pixels differ"):
        transcode_to_jpeg_ls(content)


@pytest.mark.parametrize("kind", [np.uint32, np.int32])
def test_what_is_too_deep_is_refused(kind: type[np.generic]) -> None:
    with pytest.raises(UnencodableFrameError):
        transcode_to_jpeg_ls(image(np.zeros((4, 4), kind)))


def test_a_damaged_frame_is_refused() -> None:
    description = FrameDescription.of(dcmread(BytesIO(image(PICTURES["8 bits"]))), str(JPEGLSLossless))
    with pytest.raises(UndecodableFrameError):
        frame_to_jpeg_ls(b"no codestream", description)


def test_an_object_without_pixels_is_written_in_explicit_little_endian() -> None:
    dataset = dcmread(BytesIO(image(PICTURES["8 bits"])))
    del dataset.PixelData
    stream = BytesIO()
    dataset.save_as(stream, enforce_file_format=True)
    made = dcmread(BytesIO(transcode_to_jpeg_ls(stream.getvalue())))
    assert made.file_meta.TransferSyntaxUID == ExplicitVRLittleEndian
