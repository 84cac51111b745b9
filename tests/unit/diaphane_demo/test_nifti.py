"""Check the NIfTI reader."""

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest

from diaphane_demo.nifti import UnsupportedNiftiError, read_nifti


def write_nifti(path: Path, *, code: int = 2, magic: bytes = b"n+1\x00") -> None:
    header = bytearray(352)
    struct.pack_into("<i", header, 0, 348)
    struct.pack_into("<8h", header, 40, 3, 2, 3, 4, 1, 1, 1, 1)
    struct.pack_into("<h", header, 70, code)
    struct.pack_into("<f", header, 108, 352)
    struct.pack_into("<12f", header, 280, 1, 0, 0, -98, 0, 1, 0, -134, 0, 0, 1, -72)
    header[344:348] = magic
    path.write_bytes(gzip.compress(bytes(header) + bytes(range(24))))


def test_voxels_are_indexed_x_first_and_the_affine_gives_millimetres(tmp_path: Path) -> None:
    write_nifti(tmp_path / "v.nii.gz")
    volume = read_nifti(tmp_path / "v.nii.gz")
    assert volume.voxels.shape == (2, 3, 4)
    assert volume.voxels[1, 0, 0] == 1
    assert volume.voxels[0, 1, 0] == 2
    assert volume.voxels[0, 0, 1] == 6
    assert np.array_equal(volume.affine[:, 3], [-98, -134, -72])


@pytest.mark.parametrize(("code", "magic"), [(1792, b"n+1\x00"), (2, b"n+2\x00")])
def test_another_type_or_version_is_refused(tmp_path: Path, code: int, magic: bytes) -> None:
    write_nifti(tmp_path / "v.nii.gz", code=code, magic=magic)
    with pytest.raises(UnsupportedNiftiError):
        read_nifti(tmp_path / "v.nii.gz")
