"""The index of a CD is read as other makers write it; a damaged one is refused, never a crash."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diaphane_dicom.dicomdir import is_directory, list_file_ids
from diaphane_dicom.part10 import NotPart10Error

from .files import FOLDER, image

CD = FOLDER / "dicomdirtests"
CONTENT = (CD / "DICOMDIR").read_bytes()


@pytest.mark.parametrize(
    "content", [b"", b"DICOMDIR", b"\0" * 128 + b"DICM", image(np.zeros((2, 2), np.uint8))]
)
def test_what_is_no_index_is_none(content: bytes) -> None:
    assert not is_directory(content)


@pytest.mark.parametrize("content", [b"", b"bonjour" * 100, CONTENT[128:]])
def test_an_index_that_cannot_be_read_is_refused(content: bytes) -> None:
    with pytest.raises(NotPart10Error):
        list_file_ids(content)


@given(st.lists(st.tuples(st.integers(132, len(CONTENT) - 1), st.integers(0, 255)), min_size=1, max_size=30))
@pytest.mark.filterwarnings("ignore")
def test_whatever_bytes_were_changed_it_is_read_or_refused(changes: list[tuple[int, int]]) -> None:
    content = bytearray(CONTENT)
    for position, value in changes:
        content[position] = value
    is_directory(bytes(content))
    try:
        found = list_file_ids(bytes(content))
    except NotPart10Error:
        return
    assert all(all(isinstance(part, str) and part for part in file_id) for file_id in found)


def test_every_file_of_a_cd_is_named() -> None:
    assert is_directory(CD / "DICOMDIR")
    named = list_file_ids(CD / "DICOMDIR")
    assert len(named) == len(set(named)) == 31
    assert all(CD.joinpath(*each).is_file() for each in named)


@pytest.mark.skipif(shutil.which("dcmmkdir") is None, reason="no dcmtk on this machine")
def test_what_dcmtk_writes_is_read(tmp_path: Path) -> None:
    (tmp_path / "IMAGES").mkdir()
    for name in ("IM1", "IM2"):
        elements = {"StudyDate": "20260101", "StudyTime": "101500", "StudyID": "1", "Modality": "CT"}
        content = image(np.zeros((4, 4), np.uint16), SeriesNumber=1, InstanceNumber=1, **elements)
        (tmp_path / "IMAGES" / name).write_bytes(content)
    command = ["dcmmkdir", "+D", "DICOMDIR", "+id", ".", "+r", "-Pgp", "IMAGES"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    assert sorted(list_file_ids(tmp_path / "DICOMDIR")) == [("IMAGES", "IM1"), ("IMAGES", "IM2")]
