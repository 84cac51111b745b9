"""Write the DICOM series that the demo scanners send: what CT and MR of an axial head volume share.

The files carry no one's identity: the simulated modality stamps that of the worklist item.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

_NAMESPACE = uuid.UUID("5d0c9c5e-6d0a-5c3c-8a6e-0d3e0f7d5a11")


@dataclass(frozen=True)
class Geometry:
    """Hold the position of axial slices in the patient (PS3.3 C.7.6.2), millimetres in LPS+.

    `origin` is the centre of the first pixel of the first slice; slices go towards the head.
    """

    origin: tuple[float, float, float]
    pixel_mm: float
    slice_mm: float


def stable_uid(*names: object) -> str:
    """Return the UID of a name (PS3.5 §B.2): the same at each build."""
    return f"2.25.{uuid.uuid5(_NAMESPACE, '/'.join(map(str, names))).int}"


def write_series(
    folder: Path,
    common: Dataset,
    geometry: Geometry,
    slices: Iterable[NDArray[np.uint16]],
    window: tuple[int, int],
) -> None:
    """Write one file per slice, numbered from the feet, into a new folder.

    `common` holds what all slices share, with the bits and the rescale of the pixels.
    """
    folder.mkdir(parents=True)
    series = common.SeriesInstanceUID
    for index, pixels in enumerate(slices):
        image = Dataset()
        image.update(common)
        image.SOPInstanceUID = stable_uid(series, index)
        image.InstanceNumber = index + 1
        _place(image, geometry, index)
        image.Rows, image.Columns = pixels.shape
        image.WindowCenter, image.WindowWidth = window
        image.PixelData = pixels.astype("<u2").tobytes()
        image["PixelData"].VR = "OW"
        save(image, folder / f"{index + 1:04d}.dcm")


def _place(image: Dataset, geometry: Geometry, index: int) -> None:
    x, y, z = geometry.origin
    level = round(z + index * geometry.slice_mm, 4)
    image.ImagePositionPatient = [x, y, level]
    image.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    image.SliceLocation = level
    image.PixelSpacing = [geometry.pixel_mm, geometry.pixel_mm]
    image.SliceThickness = geometry.slice_mm
    image.SpacingBetweenSlices = geometry.slice_mm


def save(image: Dataset, path: Path) -> None:
    """Write one object as a Part 10 file."""
    image.file_meta = FileMetaDataset()
    image.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    image.file_meta.MediaStorageSOPClassUID = image.SOPClassUID
    image.file_meta.MediaStorageSOPInstanceUID = image.SOPInstanceUID
    image.save_as(path, enforce_file_format=True)


def make_common(*, modality: str, name: str, stored_bits: int) -> Dataset:
    """Return the modules that both scanners fill in the same way (patient, study, series, pixels)."""
    common = make_study(name=name, modality=modality)
    common.SeriesInstanceUID = stable_uid(name, "series")
    common.FrameOfReferenceUID = stable_uid(name, "frame of reference")
    common.PositionReferenceIndicator = ""
    common.PatientPosition = "HFS"
    common.SamplesPerPixel = 1
    common.PhotometricInterpretation = "MONOCHROME2"
    common.BitsAllocated, common.BitsStored, common.HighBit = 16, stored_bits, stored_bits - 1
    common.PixelRepresentation = 0
    common.BurnedInAnnotation = "NO"
    return common


def make_study(*, name: str, modality: str) -> Dataset:
    """Return the patient and study of a simulated exam, and a series of one modality: no pixels yet."""
    common = Dataset()
    common.SpecificCharacterSet = "ISO_IR 192"
    common.Modality = modality
    common.PatientName, common.PatientID = "MODELE^DEMONSTRATION", "MODELE"
    common.PatientBirthDate = common.PatientSex = ""
    common.StudyInstanceUID = stable_uid(name, "study")
    common.SeriesInstanceUID = stable_uid(name, modality, "series")
    common.StudyID = common.AccessionNumber = common.ReferringPhysicianName = ""
    common.StudyDate = common.StudyTime = ""
    return common
