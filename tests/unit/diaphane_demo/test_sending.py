"""Check which files are sent."""

import logging
from pathlib import Path

import pytest

from diaphane_demo.samples import list_pydicom_samples
from diaphane_demo.sending import list_image_files

from .items import make_image


def test_files_that_are_not_dicom_are_skipped_with_a_line_that_does_not_name_them(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    make_image(1).save_as(tmp_path / "b.dcm", enforce_file_format=True)
    make_image(2).save_as(tmp_path / "a.dcm", enforce_file_format=True)
    (tmp_path / "LESCURE Emilienne.pdf").write_bytes(b"%PDF-1.7")
    (tmp_path / "empty").touch()
    with caplog.at_level(logging.WARNING):
        files = list_image_files(tmp_path)
    assert [file.path.name for file in files] == ["a.dcm", "b.dcm"]
    assert caplog.text.count("file_skipped reason=not_dicom") == 2
    assert "LESCURE" not in caplog.text


def test_hidden_files_are_not_even_looked_at(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / ".state").mkdir()
    make_image(1).save_as(tmp_path / ".state" / "x.dcm", enforce_file_format=True)
    (tmp_path / ".edition").write_text("1")
    assert list_image_files(tmp_path) == []
    assert caplog.text == ""


def test_the_samples_that_pydicom_ships_are_found() -> None:
    names = {path.name for path in list_pydicom_samples()}
    assert {"CT_small.dcm", "MR_small.dcm", "JPEG2000.dcm", "SC_rgb_rle.dcm"} <= names
