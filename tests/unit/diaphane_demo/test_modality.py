"""Check the scanner's command line."""

from pathlib import Path

import pytest

from diaphane_demo.modality import choose_folder, main

COMMON = ["--ae-title", "SCANNER1", "--modality", "CT", "--called-ae", "LISIERE", "--port", "11112"]


def test_without_images_the_scanner_refuses_to_start(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(COMMON)
    assert stopped.value.code == 2
    assert "--images" in capsys.readouterr().err


def test_a_folder_of_the_user_s_is_never_written_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main([*COMMON, "--dicom", str(tmp_path)])
    assert "--state" in capsys.readouterr().err


def test_a_scanner_sends_the_images_of_its_own_modality(tmp_path: Path) -> None:
    (tmp_path / "CT").mkdir()
    assert choose_folder(tmp_path, "CT") == tmp_path / "CT"
    assert choose_folder(tmp_path, "MR") == tmp_path
