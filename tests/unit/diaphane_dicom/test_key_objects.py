"""Key object selections, written as the standard asks and read by DCMTK."""

import shutil
import subprocess
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.uid import CTImageStorage

from diaphane_dicom.key_objects import (
    KEY_OBJECTS,
    OF_INTEREST,
    REJECTED,
    Reference,
    Selection,
    read_selection,
    write_selection,
)
from diaphane_dicom.measurements import read_observer

AT = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
UNCHECKED = {
    "W: The VR checker does not support this Specific Character Set: ISO_IR 192",
    "W: Check for template constraints not yet supported",
}
"""What DCMTK says that it does not look at."""
IMAGE = Reference(str(CTImageStorage), "1.2.3.4", "1.2.3")


def make_header() -> Dataset:
    header = Dataset()
    header.PatientName, header.PatientID, header.PatientSex = "ÉRABLE^Zoé", "P1", "F"
    header.StudyInstanceUID, header.StudyDate = "1.2", "20261126"
    return header


def write(selection: Selection, header: Dataset | None = None) -> bytes:
    return write_selection(
        selection,
        like=header or make_header(),
        series_instance_uid="1.2.9",
        series_number=9000,
        series_description="Images clés",
        number=1,
        observer="Dr Anne^Martin",
        at=AT,
    )


def test_what_was_written_is_read_again() -> None:
    written = write(Selection(OF_INTEREST, (IMAGE,), "Window 40/80"))
    document = dcmread(BytesIO(written))
    found = read_selection(document)
    assert (found.title, found.description) == (OF_INTEREST, "Window 40/80")
    assert [each.sop_instance_uid for each in found.references] == ["1.2.3.4"]
    assert read_observer(document) == "Dr Anne Martin"


def test_it_joins_the_study_and_the_patient_of_its_images() -> None:
    document = dcmread(BytesIO(write(Selection(OF_INTEREST, (IMAGE,)))))
    assert (document.StudyInstanceUID, document.PatientName, document.PatientID) == (
        "1.2",
        "ÉRABLE^Zoé",
        "P1",
    )
    assert document.SOPClassUID == KEY_OBJECTS
    [study] = document.CurrentRequestedProcedureEvidenceSequence
    assert study.ReferencedSeriesSequence[0].ReferencedSOPSequence[0].ReferencedSOPInstanceUID == "1.2.3.4"


def test_the_frame_is_said_of_an_object_that_has_many() -> None:
    frame = Reference(str(CTImageStorage), "1.2.3.4", "1.2.3", frame=7)
    document = dcmread(BytesIO(write(Selection(OF_INTEREST, (frame,)))))
    assert [each.frame for each in read_selection(document).references] == [7]


def test_a_note_withdraws_documents_and_shows_no_image() -> None:
    document = dcmread(BytesIO(write(Selection(REJECTED, (Reference(KEY_OBJECTS, "1.2.5", "1.2.9"),)))))
    assert document.ContentSequence[-1].ValueType == "COMPOSITE"
    assert read_selection(document).title == REJECTED


@pytest.mark.skipif(shutil.which("dsrdump") is None, reason="no dcmtk on this machine")
@pytest.mark.parametrize("title", [OF_INTEREST, REJECTED])
def test_dcmtk_reads_it_as_a_structured_report(title: str, tmp_path: Path) -> None:
    kept = IMAGE if title == OF_INTEREST else Reference(KEY_OBJECTS, "1.2.5", "1.2.9")
    path = tmp_path / "ko.dcm"
    path.write_bytes(write(Selection(title, (kept,), "Window 40/80")))
    done = subprocess.run(["dsrdump", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Key Object Selection Document" in done.stdout
    assert set(done.stderr.splitlines()) <= UNCHECKED
