"""The same object is known again in another transfer syntax; another one never passes for it."""

from io import BytesIO

import numpy as np
import pydicom
import pytest
from pydicom.uid import ImplicitVRLittleEndian

from diaphane_dicom.htj2k import transcode_to_htj2k
from diaphane_dicom.native import transcode_to_native
from diaphane_dicom.sameness import is_same_object

from .files import image

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
