"""Unique identifiers."""

import pytest

from diaphane_dicom.identifiers import IMPLEMENTATION_CLASS_UID, is_valid_uid, new_uid


@pytest.mark.parametrize(
    "text", ["", "1", "1.", ".1", "1..2", "1.02", "1.2.a", "1.2 ", "1.2\n", "1.٢", "1." + "2" * 63, "1.2.-3"]
)
def test_a_malformed_uid_is_refused(text: str) -> None:
    assert not is_valid_uid(text)


@pytest.mark.parametrize("text", ["1.2", "0.0", "1.2.840.10008.1.2.4.202", "1." + "2" * 62])
def test_a_well_formed_uid_is_accepted(text: str) -> None:
    assert is_valid_uid(text)


def test_new_uids_are_valid_and_differ() -> None:
    made = {new_uid() for _ in range(100)}
    assert len(made) == 100
    assert all(is_valid_uid(uid) and uid.startswith("2.25.") for uid in made)


def test_our_implementation_uid_is_valid() -> None:
    assert is_valid_uid(IMPLEMENTATION_CLASS_UID)
