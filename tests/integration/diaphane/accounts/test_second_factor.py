"""A second factor is sealed at rest, and cannot be guessed."""

from datetime import datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator

from diaphane.accounts.operations import LARGEST_TRIES, TooManyTriesError, confirm_second_factor
from diaphane.kernel.errors import GuardError
from tests.browsing import TOTP_SECRET
from tests.reading_scenes import fresh_code
from tests.scenes import Territory


def test_the_database_alone_gives_nobody_a_code(territory: Territory) -> None:
    fresh_code(territory.imageur)
    held = Authenticator.objects.get(user_id=territory.imageur.id)
    assert TOTP_SECRET not in str(held.data)


def test_guessing_stops_even_a_right_code_for_a_while(territory: Territory, at: datetime) -> None:
    imageur = territory.imageur
    code = fresh_code(imageur)
    wrong = "000000" if code != "000000" else "111111"
    for _try in range(LARGEST_TRIES):
        with pytest.raises(GuardError):
            confirm_second_factor(user_id=imageur.id, code=wrong, by=imageur, at=at)
    with pytest.raises(TooManyTriesError):
        confirm_second_factor(user_id=imageur.id, code=code, by=imageur, at=at)
    later = at + timedelta(minutes=6)
    confirm_second_factor(user_id=imageur.id, code=fresh_code(imageur), by=imageur, at=later)


def test_the_wrong_codes_of_another_account_count_for_nothing(territory: Territory, at: datetime) -> None:
    code = fresh_code(territory.imageur)
    for _try in range(LARGEST_TRIES):
        with pytest.raises(GuardError):
            confirm_second_factor(
                user_id=territory.requester.id, code="000000", by=territory.requester, at=at
            )
    confirm_second_factor(user_id=territory.imageur.id, code=code, by=territory.imageur, at=at)
