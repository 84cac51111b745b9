"""Make the demo CT: 300 head slices of 512 by 512, with the noise of a scanner and its dose."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.sr.coding import Code
from pydicom.uid import CTImageStorage

from diaphane_demo.grid import Field, Grid, Line, linear_weights
from diaphane_demo.head import build_head
from diaphane_demo.series import Geometry, make_common, write_series

SIDE = 512
FIELD_OF_VIEW_MM = 250.0
SLICE_MM = 0.6
FIRST_SLICE_Z = -95.0
CENTRE_Y = -10.0
NOISE_HU = 5.5
RESCALE_INTERCEPT = -1024
HEAD_PHANTOM = Code("113690", "DCM", "IEC Head Dosimetry Phantom")
CTDI_VOL_MGY, SCAN_LENGTH_CM = 42.6, 18.0


def write_ct(folder: Path, assets: Path, count: int = 300) -> None:
    """Write the CT series into a new folder, the same bytes each time."""
    random = np.random.default_rng(20261122)
    grid, head = build_head(assets, random)
    pixel_mm = FIELD_OF_VIEW_MM / SIDE
    first = -(FIELD_OF_VIEW_MM - pixel_mm) / 2
    geometry = Geometry((first, first - CENTRE_Y, FIRST_SLICE_Z), pixel_mm, SLICE_MM)
    write_series(folder, _describe(), geometry, _list_slices(grid, head, geometry, count, random), (40, 90))


def _list_slices(
    grid: Grid, head: Field, geometry: Geometry, count: int, random: np.random.Generator
) -> Iterator[NDArray[np.uint16]]:
    """Yield stored values: the head seen from the feet, with noise, cut to the scanned circle."""
    across: Line = np.arange(SIDE) * geometry.pixel_mm
    # DICOM x and y grow to the left and to the back (LPS+), the grid's to the right and to the front.
    columns = linear_weights(-(geometry.origin[0] + across), grid.x)
    rows = linear_weights(-(geometry.origin[1] + across), grid.y)
    levels = linear_weights(geometry.origin[2] + np.arange(count) * geometry.slice_mm, grid.z)
    radius = np.hypot(*np.meshgrid(across - across.mean(), across - across.mean()))
    support = _draw_support(across + geometry.origin[0], -(across + geometry.origin[1]))
    noises = _list_noises(random, count)
    for weights, noise in zip(levels, noises, strict=True):
        near = np.flatnonzero(weights)
        plane = np.tensordot(weights[near], head[near] + 1000, axes=1)
        hounsfield = rows @ plane @ columns.T - 1000
        hounsfield = np.maximum(hounsfield, support)
        hounsfield += noise * (0.55 + 0.45 * np.exp(-((radius / 70) ** 2)))
        stored = np.clip(np.rint(hounsfield - RESCALE_INTERCEPT), 0, 4095)
        stored[radius > FIELD_OF_VIEW_MM / 2] = 0
        yield stored.astype(np.uint16)


def _draw_support(x: Line, y: Line) -> Field:
    """Return the head holder behind the head: a thin carbon shell filled with foam."""
    distance = np.hypot(x[None, :] / 1.05, y[:, None] + 12) - 104
    behind = y[:, None] < -58
    foam = np.where(np.abs(distance - 2.5) < 3, -930.0, -1000.0)
    shell = np.where(np.abs(distance - 6) < 0.9, -250.0, foam)
    return np.where(behind, shell, -1000.0).astype(np.float32)


def _list_noises(random: np.random.Generator, count: int) -> Iterator[Field]:
    """Yield noise with the texture of filtered back projection: a ramp cut by a soft kernel.

    Neighbouring slices overlap in a helix, so that their noise is alike.
    """
    frequency = np.hypot(np.fft.fftfreq(SIDE)[:, None], np.fft.rfftfreq(SIDE)[None, :])
    kernel = np.sqrt(frequency) * np.exp(-((frequency / 0.17) ** 2))
    kernel = (kernel / np.sqrt((kernel**2).mean())).astype(np.float32)
    previous = np.zeros((SIDE, SIDE), dtype=np.float32)
    for index in range(count):
        white = np.fft.rfft2(random.standard_normal((SIDE, SIDE), dtype=np.float32))
        fresh = np.fft.irfft2(white * kernel, s=(SIDE, SIDE)).astype(np.float32)
        previous = fresh if index == 0 else 0.8 * fresh + 0.6 * previous
        yield NOISE_HU * previous


def _describe() -> Dataset:
    """Return what the slices share: CT Image IOD (PS3.3 A.3) and the dose of the acquisition (C.8.2.1)."""
    common = make_common(modality="CT", name="head CT", stored_bits=12)
    common.SOPClassUID = CTImageStorage
    common.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    common.SeriesNumber, common.AcquisitionNumber = 2, 1
    common.SeriesDescription, common.ProtocolName = "Encéphale 0,6 mm parenchyme", "Crâne sans injection"
    common.BodyPartExamined = "HEAD"
    common.Manufacturer, common.ManufacturerModelName = "Diaphane", "Scanner simulé"
    common.SoftwareVersions = "1"
    common.RescaleIntercept, common.RescaleSlope, common.RescaleType = RESCALE_INTERCEPT, 1, "HU"
    common.ScanOptions = "HELICAL MODE"
    common.KVP, common.XRayTubeCurrent, common.ExposureTime, common.Exposure = 120, 280, 1000, 280
    common.ConvolutionKernel, common.FilterType = "SOFT", "HEAD"
    common.DataCollectionDiameter = common.ReconstructionDiameter = FIELD_OF_VIEW_MM
    common.GantryDetectorTilt = 0
    common.TableHeight, common.RotationDirection = 160, "CW"
    common.SpiralPitchFactor, common.SingleCollimationWidth, common.TotalCollimationWidth = 0.55, 0.625, 40
    common.CTDIvol = CTDI_VOL_MGY
    common.CTDIPhantomTypeCodeSequence = Sequence([_encode(HEAD_PHANTOM)])
    dose = Dataset()
    dose.RadiationMode = "CONTINUOUS"
    dose.KVP, dose.ExposureTime, dose.XRayTubeCurrentInuA = 120, 1000, 280000
    common.ExposureDoseSequence = Sequence([dose])
    common.CommentsOnRadiationDose = f"PDL {CTDI_VOL_MGY * SCAN_LENGTH_CM:.0f} mGy.cm"
    return common


def _encode(code: Code) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator = code.value, code.scheme_designator
    item.CodeMeaning = code.meaning
    return item
