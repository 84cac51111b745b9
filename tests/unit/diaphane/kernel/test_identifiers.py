"""Identifiers carry their keys, and ours sort by time."""

from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diaphane.kernel.identifiers import (
    INS_OIDS,
    INS_TEST_OIDS,
    ins_key,
    is_phone_number,
    is_valid_finess,
    is_valid_ins,
    is_valid_rpps,
    luhn_is_valid,
    uuid7,
)
from tests.factories import make_finess, make_ins, make_rpps, with_luhn_key

digits = st.text("0123456789", min_size=1, max_size=20)
_LATEST = (1 << 48) * 1_000_000 - 1


@given(digits, st.integers(1, 9))
def test_a_luhn_key_is_refused_when_a_digit_changes(number: str, shift: int) -> None:
    keyed = with_luhn_key(number)
    changed = str((int(keyed[0]) + shift) % 10) + keyed[1:]
    assert not luhn_is_valid(changed)
    assert luhn_is_valid(keyed)


@given(st.integers(0, 9_999_999), st.integers(1, 96))
def test_an_ins_is_refused_when_its_key_is_wrong(number: int, shift: int) -> None:
    nir = f"154039{number:07d}"
    wrong = (int(ins_key(nir)) - 1 + shift) % 97 + 1
    assert not is_valid_ins(f"{nir}{wrong:02d}")
    assert is_valid_ins(nir + ins_key(nir))


@pytest.mark.parametrize(
    "ins",
    ["", "1540399000001", "15403990000010", "1" * 16, "15403C900000123", "A54039900000123", "1" * 14 + "x"],
)
def test_an_ins_of_a_wrong_shape_is_refused(ins: str) -> None:
    assert not is_valid_ins(ins)


def test_the_key_of_a_corsican_nir_replaces_its_letter() -> None:
    assert ins_key("2690320123456") != ins_key("269032A123456")
    assert is_valid_ins("269032A123456" + ins_key("2690319123456"))
    assert is_valid_ins("269032B123456" + ins_key("2690318123456"))


def test_the_known_example_of_the_insee_is_accepted() -> None:
    assert is_valid_ins("255081416802538")


@given(digits)
def test_an_rpps_or_a_finess_of_another_length_is_refused(number: str) -> None:
    assert len(number) == 11 or not is_valid_rpps(number)
    assert len(number) == 9 or not is_valid_finess(number)


@given(st.integers(0, 999_999))
def test_synthetic_numbers_have_their_keys(number: int) -> None:
    from datetime import date

    assert is_valid_rpps(make_rpps(number))
    assert is_valid_finess(make_finess(number))
    assert is_valid_ins(make_ins(sex="F", birth_date=date(1954, 3, 17), number=number))


def test_test_people_are_told_from_real_ones() -> None:
    assert set(INS_TEST_OIDS) < set(INS_OIDS)
    assert {oid.rsplit(".", 1)[1] for oid in INS_TEST_OIDS} == {"10", "11"}


@given(st.integers(0, _LATEST), st.integers(0, _LATEST))
def test_identifiers_sort_by_the_time_at_which_they_were_made(first: int, second: int) -> None:
    with patch("diaphane.kernel.identifiers.time.time_ns", side_effect=[first, second]):
        one, two = uuid7(), uuid7()
    if abs(first - second) >= 1000:
        assert (one < two) == (first < second)


@given(st.integers(0, _LATEST))
def test_an_identifier_is_a_uuid_version_7(instant: int) -> None:
    with patch("diaphane.kernel.identifiers.time.time_ns", return_value=instant):
        made = uuid7()
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert made.int >> 80 == instant // 1_000_000


@pytest.mark.parametrize("text", ["", "poste", "12", "+", "01 99 00 x", "a@b.example"])
def test_what_cannot_be_dialled_is_refused(text: str) -> None:
    assert not is_phone_number(text)


@pytest.mark.parametrize("text", ["4712", "01 99 00 00 02", "+33 1 99 00 00 02", "01.99.00.00.02 poste 12"])
def test_what_can_be_dialled_is_accepted(text: str) -> None:
    assert is_phone_number(text)
