"""The index of a medium: names that ISO 9660 takes, records that DCMTK and pydicom read."""

import re
import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.dataset import FileDataset
from pydicom.uid import BasicTextSRStorage, HTJ2KLosslessRPCL, KeyObjectSelectionDocumentStorage

from diaphane_dicom.dicomdir import is_directory, list_file_ids
from diaphane_dicom.htj2k import transcode_to_htj2k
from diaphane_dicom.media_index import MediaIndex

from .files import image

FILE_ID = re.compile(r"[A-Z0-9_]{1,8}(/[A-Z0-9_]{1,8}){0,7}")
STUDY = {"StudyInstanceUID": "2.25.10", "SeriesInstanceUID": "2.25.11"}


def header(content: bytes = b"", **elements: object) -> FileDataset:
    """Return the header of an image, or of some content."""
    made = content or image(np.zeros((4, 4), np.uint16), **STUDY | elements)
    return dcmread(BytesIO(made), stop_before_pixels=True)


def test_an_object_that_lacks_what_the_index_needs_is_still_listed() -> None:
    with MediaIndex(label="ESSAI") as index:
        assert index.add(header(PatientID="", StudyID="")) == "PT000000/ST000000/SE000000/IM000000"
        content = index.write()
    assert list_file_ids(content) == [("PT000000", "ST000000", "SE000000", "IM000000")]


def test_an_object_that_no_record_fits_is_not_listed_and_breaks_nothing() -> None:
    with MediaIndex(label="ESSAI") as index:
        assert index.add(header(SOPClassUID=KeyObjectSelectionDocumentStorage)) is None
        assert index.add(header(SOPClassUID=BasicTextSRStorage)) is None
        assert index.add(header()) is not None
        assert len(list_file_ids(index.write())) == 1


def test_it_leaves_no_folder_behind() -> None:
    with MediaIndex(label="ESSAI") as index:
        index.add(header(PatientName="SECRET^ANNA"))
        stage = Path(index._files._stage["t"].name)
        assert stage.exists()
    assert not stage.exists()


def test_names_are_those_of_iso_9660_and_unique() -> None:
    with MediaIndex(label="ESSAI") as index:
        names = [
            index.add(header(SeriesInstanceUID=f"2.25.{number % 3 + 20}", InstanceNumber=number))
            for number in range(30)
        ]
    assert len(set(names)) == 30
    assert all(name and FILE_ID.fullmatch(name) for name in names)


def test_what_is_written_names_patient_study_series_and_encoding() -> None:
    coded = header(transcode_to_htj2k(image(np.zeros((64, 64), np.uint16), **STUDY)).content)
    coded.SpecificCharacterSet, coded.PatientName = "ISO_IR 192", "LÉVÊQUE^Éloïse"
    coded.StudyDescription, coded.StudyDate, coded.ImageComments = "Scanner cérébral", "20260102", "x" * 5000
    with MediaIndex(label="ESSAI") as index:
        index.add(coded)
        content = index.write()
    assert is_directory(content)
    patient, study, _series, leaf = dcmread(BytesIO(content)).DirectoryRecordSequence
    assert str(patient.PatientName) == "LÉVÊQUE^Éloïse"
    assert (study.StudyDescription, study.StudyDate) == ("Scanner cérébral", "20260102")
    assert leaf.ReferencedTransferSyntaxUIDInFile == HTJ2KLosslessRPCL
    assert leaf.ReferencedSOPInstanceUIDInFile == coded.SOPInstanceUID


@pytest.mark.skipif(shutil.which("dcmdump") is None, reason="no dcmtk on this machine")
@pytest.mark.parametrize("count", [1, 12])
def test_dcmtk_reads_it(count: int, tmp_path: Path) -> None:
    with MediaIndex(label="ESSAI") as index:
        for number in range(count):
            index.add(header(InstanceNumber=number, StudyDate="20260102"))
        (tmp_path / "DICOMDIR").write_bytes(index.write())
    dumped = subprocess.run(["dcmdump", tmp_path / "DICOMDIR"], capture_output=True, check=True, text=True)
    assert dumped.stdout.count("ReferencedFileID") == count
    assert dumped.stdout.count("[PATIENT]") == dumped.stdout.count("[STUDY]") == 1
    assert not dumped.stderr
