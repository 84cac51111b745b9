"""A one-time code is tolerant of a clock, serves once, and says so when it has served (R39)."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.db import connections

from diaphane.accounts.codes import Outcome, find_totp, is_totp_spent, spend_totp
from diaphane.accounts.models import User
from diaphane.accounts.operations import Factor, activate_totp, confirm_second_factor
from diaphane.audit.models import Entry
from diaphane.kernel.errors import GuardError
from tests.browsing import TOTP_SECRET
from tests.factories import UserFactory
from tests.reading_scenes import fresh_code
from tests.scenes import Territory


def code_at(drift: int, instant: float | None = None) -> str:
    """Return the digits that a telephone shows whose clock is some steps off."""
    step = int(time.time() if instant is None else instant) // app_settings.TOTP_PERIOD
    return format_hotp_value(hotp_value(TOTP_SECRET, step + drift))


@pytest.fixture
def application(db: None) -> Authenticator:
    user = UserFactory()
    activate_totp(user=user, secret=TOTP_SECRET)
    found = find_totp(user)
    assert found is not None
    return found


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hold the clock in the middle of a step."""
    instant = time.time() // 30 * 30 + 15
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.time.time", lambda: instant)


@pytest.mark.parametrize("drift", [-2, 2, 40])
def test_a_clock_far_off_is_refused(application: Authenticator, drift: int) -> None:
    assert spend_totp(application, code_at(drift)) is Outcome.WRONG


@pytest.mark.parametrize("drift", [-1, 0, 1])
def test_one_step_of_drift_is_taken_once(application: Authenticator, drift: int) -> None:
    assert spend_totp(application, code_at(drift)) is Outcome.RIGHT
    assert spend_totp(application, code_at(drift)) is Outcome.USED
    assert is_totp_spent(Authenticator.objects.get(pk=application.pk), code_at(drift))


def test_an_earlier_code_does_not_come_back_after_a_later_one(application: Authenticator) -> None:
    assert spend_totp(application, code_at(0)) is Outcome.RIGHT
    assert spend_totp(application, code_at(-1)) is Outcome.USED
    assert spend_totp(application, code_at(1)) is Outcome.RIGHT


def test_a_code_stays_spent_when_the_cache_is_emptied(application: Authenticator) -> None:
    assert spend_totp(application, code_at(0)) is Outcome.RIGHT
    cache.clear()
    assert spend_totp(application, code_at(0)) is Outcome.USED


def test_spaces_are_no_mistake_and_letters_are(application: Authenticator) -> None:
    code = code_at(0)
    assert spend_totp(application, f" {code[:3]}é{code[3:]}") is Outcome.WRONG
    assert spend_totp(application, f" {code[:3]} {code[3:]} ") is Outcome.RIGHT


@pytest.mark.django_db(transaction=True)
def test_two_windows_at_once_spend_a_code_once(application: Authenticator) -> None:
    def spend(_n: int) -> Outcome:
        try:
            return spend_totp(application, code_at(0))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(spend, range(2))) == [Outcome.RIGHT, Outcome.USED]


def test_the_second_window_is_told_to_wait_for_the_next_code(territory: Territory, at: datetime) -> None:
    imageur = territory.imageur
    fresh_code(imageur)
    given = {"user_id": imageur.id, "code": code_at(0), "by": imageur, "at": at}
    assert confirm_second_factor(**given) is Factor.TOTP
    with pytest.raises(GuardError) as refused:
        confirm_second_factor(**given)
    assert "déjà servi" in str(refused.value)
    assert "Attendez le suivant" in str(refused.value.missing[0].what)
    outcomes = Entry.objects.filter(action__startswith="second_factor.").order_by("id")
    assert [each.detail["outcome"] for each in outcomes] == ["right", "used"]


def test_a_professional_without_any_second_factor_is_refused(territory: Territory, at: datetime) -> None:
    Authenticator.objects.filter(user=User.objects.get(pk=territory.imageur.id)).delete()
    for code in ("123456", '{"id": "nothing"}'):
        with pytest.raises(GuardError):
            confirm_second_factor(user_id=territory.imageur.id, code=code, by=territory.imageur, at=at)
