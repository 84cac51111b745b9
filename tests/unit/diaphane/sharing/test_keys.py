"""The two secrets of a link, as they are drawn, typed and recognised."""

import pytest

from diaphane.sharing.keys import hash_code, is_code, is_well_formed, make_code, make_key, plain


def test_a_key_is_long_fits_an_address_and_is_never_drawn_twice() -> None:
    keys = {make_key() for _time in range(100)}
    assert len(keys) == 100
    assert all(len(key) == 43 and key.replace("-", "").replace("_", "").isalnum() for key in keys)


def test_a_code_has_no_letter_that_is_taken_for_another() -> None:
    codes = {make_code() for _time in range(100)}
    assert len(codes) == 100
    assert not set("ILOU") & set("".join(codes))
    assert all(is_well_formed(code) and len(code) == 9 for code in codes)


@pytest.mark.parametrize("typed", ["a0b1-c2d3", "AOBI C2D3", " aobl c2d3 ", "A0B1C2D3"])
def test_what_a_person_confuses_is_the_same_code(typed: str) -> None:
    assert plain(typed) == "A0B1C2D3"
    assert is_code(typed, hash_code("A0B1-C2D3"))


@pytest.mark.parametrize("typed", ["", "A0B1", "A0B1-C2D3-E", "A0B1-C2DU", "A0B1-C2D٣", "A0B1-C2Dé"])
def test_what_cannot_be_a_code_is_no_try(typed: str) -> None:
    assert not is_well_formed(typed)


def test_the_same_code_is_never_kept_twice_alike() -> None:
    assert hash_code("A0B1-C2D3") != hash_code("A0B1-C2D3")
