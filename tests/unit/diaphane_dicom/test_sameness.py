"""The same object is known again in another transfer syntax; another one never passes for it."""

import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.uid import ImplicitVRLittleEndian

from diaphane_dicom.htj2k import transcode_to_htj2k
from diaphane_dicom.native import transcode_to_native
from diaphane_dicom.sameness import is_same_object

from .files import image, shipped

PIXELS = (np.arange(64 * 64).reshape(64, 64) % 4096).astype(np.uint16)
UIDS = {"SOPInstanceUID": "2.25.1", "StudyInstanceUID": "2.25.2", "SeriesInstanceUID": "2.25.3"}


def changed(content: bytes, **elements: object) -> bytes:
    """Return a file with some elements changed."""
    dataset = pydicom.dcmread(BytesIO(content))
    for keyword, value in elements.items():
        setattr(dataset, keyword, value)
    stream = BytesIO()
    dataset.save_as(stream)
    return stream.getvalue()


def implicit(content: bytes) -> bytes:
    """Return a file written anew in Implicit VR, by another application."""
    dataset = pydicom.dcmread(BytesIO(content))
    dataset.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    dataset.file_meta.ImplementationVersionName = "AUTRE"
    stream = BytesIO()
    dataset.save_as(stream)
    return stream.getvalue()


@pytest.mark.parametrize("other", [b"", b"bonjour", image(PIXELS, **UIDS)[:-50]])
def test_what_cannot_be_read_is_never_the_same(other: bytes) -> None:
    assert not is_same_object(image(PIXELS, **UIDS), other)


def test_one_pixel_or_one_element_makes_another_object() -> None:
    one = image(PIXELS, **UIDS)
    moved = PIXELS.copy()
    moved[10, 10] += 1
    assert not is_same_object(one, image(moved, **UIDS))
    assert not is_same_object(one, changed(one, PatientName="AUTRE^NOM"))
    assert not is_same_object(transcode_to_htj2k(one).content, changed(one, PatientID="T-2"))


@pytest.mark.parametrize("rewrite", [bytes, implicit, lambda content: transcode_to_htj2k(content).content])
def test_the_transfer_syntax_does_not_matter(rewrite: object) -> None:
    one = image(PIXELS, **UIDS)
    other = rewrite(one)  # type: ignore[operator]
    assert is_same_object(one, other)
    assert is_same_object(transcode_to_native(other), one)


def test_colours_are_compared_once_decoded() -> None:
    colours = np.random.default_rng(7).integers(0, 256, (32, 32, 3), np.uint8)
    one = image(colours, **UIDS)
    assert is_same_object(one, transcode_to_htj2k(one).content)
    assert not is_same_object(one, transcode_to_htj2k(image(255 - colours, **UIDS)).content)


def test_objects_without_pixels_are_compared_by_their_elements() -> None:
    dataset = pydicom.dcmread(BytesIO(image(PIXELS, **UIDS)))
    del dataset.PixelData
    stream = BytesIO()
    dataset.save_as(stream)
    one = stream.getvalue()
    assert is_same_object(one, implicit(one))
    assert not is_same_object(one, changed(one, SeriesDescription="Autre"))


def test_a_private_element_is_the_same_whether_its_vr_is_told_or_not() -> None:
    dataset = pydicom.dcmread(BytesIO(image(PIXELS, **UIDS)))
    block = dataset.private_block(0x0045, "ESSAI CONSTRUCTEUR", create=True)
    block.add_new(0x01, "LO", "coupe 3")
    block.add_new(0x02, "DS", "1.5")
    stream = BytesIO()
    dataset.save_as(stream)
    one = stream.getvalue()
    other = implicit(one)
    assert is_same_object(one, other)
    assert not is_same_object(one, other.replace(b"coupe 3", b"coupe 4"))


@pytest.mark.skipif(not shutil.which("dcmconv"), reason="DCMTK is not installed")
@pytest.mark.parametrize("name", ["CT_small.dcm", "examples_rgb_color.dcm"])
@pytest.mark.parametrize(
    "command",
    [
        "dcmconv +ti",
        "dcmconv +tb",
        "dcmconv +td",
        "dcmconv +te +g",
        "dcmconv +te +p 512 512",
        "dcmcrle",
        "dcmcjpls",
        "dcmcjpeg +e1",
    ],
)
def test_what_another_toolkit_rewrites_without_loss_is_the_same(
    tmp_path: Path, name: str, command: str
) -> None:
    rewritten = tmp_path / "rewritten.dcm"
    subprocess.run([*command.split(), str(shipped(name)), str(rewritten)], check=True)
    assert is_same_object(shipped(name).read_bytes(), rewritten.read_bytes())


def test_what_cannot_be_decoded_is_the_same_only_byte_for_byte() -> None:
    undecodable = image(PIXELS, **UIDS, BitsAllocated=24)
    renamed = undecodable.replace(b"PYDICOM", b"AUTRELO")
    assert renamed != undecodable
    assert is_same_object(undecodable, renamed)
    assert not is_same_object(undecodable, implicit(undecodable))
