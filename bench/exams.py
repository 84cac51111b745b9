"""Exams to send: the slices of one series under new identifiers, as many times as a measure needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.uid import generate_uid

from diaphane_demo.stamping import Acquisition, stamp

from .peers import SCANNER


@dataclass(frozen=True)
class Exam:
    """One series on disk, ready to be sent."""

    series_instance_uid: str
    files: dict[str, Path]
    """By SOP Instance UID."""


def make_exam(slices: Sequence[Path], folder: Path, *, step: Dataset | None = None) -> Exam:
    """Write slices anew, as of a step of the worklist, or of a study that nobody expects."""
    folder.mkdir()
    study, series = generate_uid(), generate_uid()
    acquisition = Acquisition(datetime.now(UTC), SCANNER)
    files: dict[str, Path] = {}
    for path in slices:
        image = dcmread(path)
        image.StudyInstanceUID = study
        if step is not None:
            stamp(image, step, acquisition)
        image.SeriesInstanceUID = series
        image.SOPInstanceUID = image.file_meta.MediaStorageSOPInstanceUID = generate_uid()
        files[image.SOPInstanceUID] = folder / path.name
        image.save_as(folder / path.name)
    return Exam(series, files)
