"""A DICOM name is read without its marks, and shown as received where it was written with some."""

import pytest

from diaphane.web.acts.header_words import show_raw_name, spell_name


@pytest.mark.parametrize(
    ("received", "read"),
    [
        ("", ""),
        ("GARNIER", "GARNIER"),
        ("GARNIER ODETTE", "GARNIER ODETTE"),
        ("GARNIER^ODETTE", "GARNIER, ODETTE"),
        ("GARNIER^ODETTE^MARIE", "GARNIER, ODETTE MARIE"),
        ("GARNIER^ODETTE^MARIE^Mme^PhD", "GARNIER, ODETTE MARIE, Mme, PhD"),
        ("GARNIER^^^^", "GARNIER"),
        ("^ODETTE", "ODETTE"),
        ("^^^^", ""),
        ("DE  LA TOUR ^ ANNE ", "DE LA TOUR, ANNE"),
        ("Yamada^Tarou=山田^太郎=やまだ^たろう", "Yamada, Tarou (山田, 太郎) (やまだ, たろう)"),
        ("=山田^太郎", "山田, 太郎"),
        ("A^B^C^D^E^F^G", "A, B C, D, E"),
        ("<b>^&", "<b>, &"),
    ],
)
def test_a_name_is_read_family_name_first(received: str, read: str) -> None:
    assert spell_name(received) == read


@pytest.mark.parametrize(
    ("received", "raw"),
    [("", ""), ("GARNIER", ""), ("GARNIER ", ""), ("GARNIER^ODETTE", "GARNIER^ODETTE"), ("^^^^", "^^^^")],
)
def test_what_was_received_is_shown_where_it_is_not_what_is_read(received: str, raw: str) -> None:
    assert show_raw_name(received) == raw
