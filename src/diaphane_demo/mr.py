"""Make the demo MR: the ICBM152 brain template as an axial T1 series."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import MRImageStorage

from diaphane_demo.assets import TEMPLATE
from diaphane_demo.nifti import read_nifti
from diaphane_demo.series import Geometry, make_common, write_series

SIDE = 256
SIGNAL_SCALE = 14.0
NOISE = 22.0
TISSUE = 20
LEAST_TISSUE = 1000


def write_mr(folder: Path, assets: Path) -> None:
    """Write the T1 series into a new folder, 1 mm in each direction, the same bytes each time."""
    volume = read_nifti(assets / TEMPLATE.format("t1"))
    across, along, _ = volume.voxels.shape
    levels = _find_brain(volume.voxels)
    left, top = (SIDE - across) // 2, (SIDE - along) // 2
    # The first pixel is the patient's right front: LPS+ is RAS+ with x and y negated.
    right_x = -(volume.affine[0, 3] + across - 1) - left
    front_y = -(volume.affine[1, 3] + along - 1) - top
    geometry = Geometry((float(right_x), float(front_y), float(volume.affine[2, 3] + levels[0])), 1.0, 1.0)
    slices = _list_slices(volume.voxels[:, :, levels], left, top)
    write_series(folder, _describe(), geometry, slices, (1700, 3400))


def _find_brain(voxels: NDArray[np.generic]) -> range:
    """Return the levels that hold tissue, where a technologist's box stops: no reader starts on air."""
    tissue = np.count_nonzero(voxels.astype(np.int64) > TISSUE, axis=(0, 1))
    held = np.flatnonzero(tissue >= LEAST_TISSUE)
    return range(int(held[0]), int(held[-1]) + 1)


def _list_slices(voxels: NDArray[np.generic], left: int, top: int) -> Iterator[NDArray[np.uint16]]:
    """Yield magnitude slices: signal and noise added as two channels (Rician)."""
    random = np.random.default_rng(152)
    across, along, count = voxels.shape
    for level in range(count):
        signal = random.normal(0, NOISE, (SIDE, SIDE))
        plane = voxels[::-1, ::-1, level].T.astype(np.float64)
        signal[top : top + along, left : left + across] += SIGNAL_SCALE * plane
        magnitude = np.hypot(signal, random.normal(0, NOISE, (SIDE, SIDE)))
        yield np.rint(magnitude).astype(np.uint16)


def _describe() -> Dataset:
    """Return what the slices share: MR Image IOD (PS3.3 A.4)."""
    common = make_common(modality="MR", name="brain MR T1", stored_bits=16)
    common.SOPClassUID = MRImageStorage
    common.ImageType = ["ORIGINAL", "PRIMARY", "M", "NONE"]
    common.SeriesNumber, common.AcquisitionNumber = 3, 1
    common.SeriesDescription, common.ProtocolName = "T1 3D axial 1 mm", "Encéphale sans injection"
    common.BodyPartExamined = "BRAIN"
    common.Manufacturer, common.ManufacturerModelName = "Diaphane", "IRM simulée"
    common.SoftwareVersions = "1"
    common.ImageComments = "Modèle ICBM152 2009a, McConnell Brain Imaging Centre, MNI"
    common.ScanningSequence, common.SequenceVariant, common.ScanOptions = ["GR", "IR"], ["SK", "MP"], ""
    common.MRAcquisitionType, common.SequenceName = "3D", "T1_3D"
    common.RepetitionTime, common.EchoTime, common.InversionTime, common.FlipAngle = 2300, 2.98, 900, 9
    common.EchoTrainLength, common.NumberOfAverages, common.MagneticFieldStrength = 1, 1, 3
    common.ImagedNucleus, common.ImagingFrequency, common.PixelBandwidth = "1H", 123.2, 240
    return common
