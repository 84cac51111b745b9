"""Names are compared whatever their accents, case and punctuation."""

import pytest

from diaphane.imaging.names import fold


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Lefèvre", "LEFEVRE"),
        ("D’Arc-Müller^Zoé", "D ARC MULLER ZOE"),
        ("Œuvrard", "OEUVRARD"),
        ("  ", ""),
    ],
)
def test_a_name_folds(name: str, folded: str) -> None:
    assert fold(name) == folded
