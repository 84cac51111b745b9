"""Rewriting for clients that read only Explicit VR Little Endian."""

from io import BytesIO

import numpy as np
import pydicom
import pytest

from diaphane_dicom.native import transcode_to_native

from .files import shipped


@pytest.mark.parametrize(
    "name",
    [
        "MR_small_bigendian.dcm",
        "MR_small_implicit.dcm",
        "MR_small_jp2klossless.dcm",
        "MR_small_jpeg_ls_lossless.dcm",
    ],
)
def test_pixels_survive_the_rewriting(name: str) -> None:
    rewritten = pydicom.dcmread(BytesIO(transcode_to_native(shipped(name).read_bytes())))
    assert rewritten.file_meta.TransferSyntaxUID == "1.2.840.10008.1.2.1"
    assert np.array_equal(rewritten.pixel_array, pydicom.dcmread(shipped("MR_small.dcm")).pixel_array)


def test_explicit_little_endian_is_returned_as_it_is() -> None:
    content = shipped("CT_small.dcm").read_bytes()
    assert transcode_to_native(content) is content


def test_an_object_without_pixels_is_rewritten_too() -> None:
    rewritten = pydicom.dcmread(BytesIO(transcode_to_native(shipped("rtplan.dcm").read_bytes())))
    assert rewritten.file_meta.TransferSyntaxUID == "1.2.840.10008.1.2.1"
    assert rewritten.RTPlanLabel == pydicom.dcmread(shipped("rtplan.dcm")).RTPlanLabel
