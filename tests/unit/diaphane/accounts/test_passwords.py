"""Which passwords are taken: long, of any characters, and not those that a guesser tries first."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from diaphane.accounts.models import User

OWNER = User(email="claire.martin@lisiere.example", name="Claire Martin")


@pytest.mark.parametrize(
    "password",
    [
        "corail-vif7",
        "passwordpassword",
        "qwertyuiopasdfgh",
        "Diaphane2026!",
        "Imagerie-Hiver-2026",
        "Téléradiologie 2026",
        "motdepasse.janvier",
        "claire.martin1",
    ],
)
def test_a_password_that_is_guessed_is_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, OWNER)


@pytest.mark.parametrize(
    "password",
    [
        "corail vif sur la lande",
        "neuf scanners rouges trottent",
        "ééééà la bonne heure 🙂 !",
        "quatre-vingts " * 20,
    ],
)
def test_a_long_one_of_any_characters_is_taken(password: str) -> None:
    validate_password(password, OWNER)
