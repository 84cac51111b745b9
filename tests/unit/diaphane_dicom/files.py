"""The files that pydicom ships, found without its downloads, and small synthetic ones."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, SecondaryCaptureImageStorage

from diaphane_dicom.identifiers import new_uid

FOLDER = Path(pydicom.__file__).parent / "data" / "test_files"


def shipped(name: str) -> Path:
    """Return one of pydicom's test files."""
    return FOLDER / name


def readable_files() -> list[Path]:
    """List the shipped files that have a preamble."""
    return [p for p in sorted(FOLDER.glob("*.dcm")) if p.read_bytes()[128:132] == b"DICM"]


def image(
    pixels: NDArray[np.generic], *, photometric: str = "", bits_stored: int = 0, **elements: object
) -> bytes:
    """Make a Part 10 file: rows × columns [× 3], or frames × rows × columns × samples."""
    frames = pixels if pixels.ndim == 4 else pixels[None, ..., None] if pixels.ndim == 2 else pixels[None]
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    samples = frames.shape[3]
    dataset.SOPClassUID = CTImageStorage if samples == 1 else SecondaryCaptureImageStorage
    dataset.SOPInstanceUID, dataset.StudyInstanceUID, dataset.SeriesInstanceUID = (
        new_uid(),
        new_uid(),
        new_uid(),
    )
    dataset.PatientName, dataset.PatientID = "ESSAI^ANNA", "T-1"
    dataset.Rows, dataset.Columns, dataset.SamplesPerPixel = frames.shape[1], frames.shape[2], samples
    if samples > 1:
        dataset.PlanarConfiguration = 0
    dataset.PhotometricInterpretation = photometric or ("RGB" if samples == 3 else "MONOCHROME2")
    if frames.shape[0] > 1:
        dataset.NumberOfFrames = frames.shape[0]
    dataset.BitsAllocated = frames.dtype.itemsize * 8
    dataset.BitsStored = bits_stored or dataset.BitsAllocated
    dataset.HighBit = dataset.BitsStored - 1
    dataset.PixelRepresentation = int(frames.dtype.kind == "i")
    for keyword, value in elements.items():
        setattr(dataset, keyword, value)
    value = frames.tobytes()
    dataset.PixelData = value + b"\0" * (len(value) % 2)
    dataset["PixelData"].VR = "OW" if frames.dtype.itemsize > 1 else "OB"
    stream = BytesIO()
    dataset.save_as(stream, enforce_file_format=True)
    return stream.getvalue()
