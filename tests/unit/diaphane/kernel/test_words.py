"""Fold words for searching."""

import pytest

from diaphane.kernel.words import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("", ""),
        ("' - %", ""),
        ("Lévêque-Dœuff, Zoé", "leveque doeuff zoe"),
        ("L’ÉTANG", "l etang"),
        ("GUNNÆR Straße", "gunnaer strasse"),
        ("  Anne   Marie ", "anne marie"),
    ],
)
def test_accents_case_and_punctuation_do_not_count(text, folded):
    assert fold(text) == folded
