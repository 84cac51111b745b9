"""A name that leads out of the folder is refused, whatever it is made of; an honest one is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diaphane.media.models import LONGEST_PATH
from diaphane.media.paths import compare_path, is_plain_path, spell_path

TRICKS = (
    "",
    "/etc/passwd",
    "../IM1",
    "CD/../../IM1",
    "CD/./IM1",
    "CD//IM1",
    "CD/IM1/",
    "CD\\..\\IM1",
    "C:\\IM1",
    "CD/IM1\0.dcm",
    "CD/\n",
    "CD/\u202eMCD",
    "a" * (LONGEST_PATH + 1),
    "/".join("a" * 40),
)


@pytest.mark.parametrize("path", TRICKS)
def test_a_trick_is_refused_and_can_still_be_shown(path: str) -> None:
    assert not is_plain_path(path)
    shown = spell_path(path)
    assert shown.isprintable()
    assert 0 < len(shown) <= LONGEST_PATH


@pytest.mark.parametrize("path", ["IM1", "DICOMDIR", "CD de Mme Éluard/DICOM/0000 001/IM (1).dcm", "a.b/..c"])
def test_an_honest_name_is_taken(path: str) -> None:
    assert is_plain_path(path)


@given(st.text(max_size=600))
def test_whatever_is_taken_stays_inside(path: str) -> None:
    if is_plain_path(path):
        assert ".." not in path.split("/")
        assert not path.startswith("/")
        assert "\0" not in path


def test_two_readings_of_one_cd_name_a_file_alike() -> None:
    assert compare_path("cd/dicom/im000001") == compare_path("CD/DICOM/IM000001.;1")
    assert compare_path("CD/IM1") != compare_path("CD/IM2")
