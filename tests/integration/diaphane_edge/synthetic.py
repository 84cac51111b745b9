"""Synthetic images to send."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from diaphane_dicom.identifiers import new_uid
from tests.unit.diaphane_dicom.files import image


def make_image(
    path: Path, *, seed: int = 0, pixels: NDArray[np.generic] | None = None, **elements: object
) -> Path:
    """Write one slice, of noise unless its pixels are given."""
    if pixels is None:
        pixels = np.random.default_rng(seed).integers(-1000, 3000, (64, 64), dtype=np.int16)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(image(pixels, bits_stored=16, **elements))  # type: ignore[arg-type]
    return path


def make_images(folder: Path, *, count: int) -> list[Path]:
    """Write the slices of one series."""
    uids = {"StudyInstanceUID": new_uid(), "SeriesInstanceUID": new_uid()}
    return [make_image(folder / f"{i}.dcm", seed=i, **uids) for i in range(count)]
