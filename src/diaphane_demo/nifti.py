"""Read a NIfTI-1 volume with numpy alone."""

import gzip
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_TYPES = {2: "u1", 4: "<i2", 16: "<f4", 512: "<u2"}


class UnsupportedNiftiError(ValueError):
    """Say that the file is not a little-endian NIfTI-1 volume of a type we read."""


@dataclass(frozen=True)
class Volume:
    """Hold voxels indexed [x, y, z] and the 3 by 4 affine that gives RAS+ millimetres."""

    voxels: NDArray[np.generic]
    affine: NDArray[np.float64]


def read_nifti(path: Path) -> Volume:
    """Read a gzipped NIfTI-1 file (header layout: nifti1.h, sform rows at byte 280)."""
    content = gzip.decompress(path.read_bytes())
    if content[344:348] != b"n+1\x00" or int.from_bytes(content[:4], "little") != 348:
        raise UnsupportedNiftiError(path.name)
    shape = np.frombuffer(content, "<i2", 3, 42)
    code = int(np.frombuffer(content, "<i2", 1, 70)[0])
    if code not in _TYPES:
        raise UnsupportedNiftiError(path.name)
    offset = int(np.frombuffer(content, "<f4", 1, 108)[0])
    voxels = np.frombuffer(content, _TYPES[code], int(np.prod(shape.astype(int))), offset)
    affine = np.frombuffer(content, "<f4", 12, 280).reshape(3, 4).astype(np.float64)
    return Volume(voxels.reshape(tuple(int(n) for n in shape), order="F"), affine)
