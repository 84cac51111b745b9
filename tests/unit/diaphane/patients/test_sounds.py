"""How names sound: alike when a person would hesitate, apart when not."""

import pytest

from diaphane.kernel.words import fold
from diaphane.patients.sounds import sound_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Lefèvre", "Lefebvre"),
        ("Philippe", "Filipe"),
        ("Gauthier", "Gautier"),
        ("Dupont", "Dupond"),
        ("Thibault", "Thibaud"),
        ("Martin", "Martain"),
        ("Mathieu", "Matthieu"),
        ("Bernard", "Bernart"),
        ("Quentin", "Kantin"),
        ("Christelle", "Kristel"),
        ("Hélène", "Elène"),
        ("Guérin", "Guerrain"),
        ("Yvon", "Ivon"),
    ],
)
def test_these_sound_alike(one: str, other: str) -> None:
    assert sound_of(fold(one)) == sound_of(fold(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [("Martin", "Marin"), ("Dupont", "Durand"), ("Colette", "Collet"), ("Bonnet", "Bon"), ("Paul", "Pierre")],
)
def test_these_do_not(one: str, other: str) -> None:
    assert sound_of(fold(one)) != sound_of(fold(other))


@pytest.mark.parametrize("word", ["", "le", "12345", "jean2"])
def test_what_is_too_short_or_no_name_has_no_sound(word: str) -> None:
    assert sound_of(word) == ""
