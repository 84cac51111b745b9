"""Logging in: what is refused, and in which words."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from diaphane.accounts.models import User
from diaphane.accounts.operations import activate_totp
from diaphane.kernel.actors import Role
from tests.browsing import TOTP_SECRET
from tests.factories import PASSWORD, MembershipFactory, make_patient_actor
from tests.scenes import Territory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _forget_earlier_tries() -> None:
    cache.clear()


@pytest.fixture
def user() -> User:
    user = MembershipFactory(role=Role.IMAGEUR.value).user
    user.set_password(PASSWORD)
    user.save()
    return user


def make_code(secret: str = TOTP_SECRET) -> str:
    """Return the code that the application shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def give_password(client: Client, user: User, password: str = PASSWORD) -> HttpResponse:
    return client.post(reverse("account_login"), {"login": user.email, "password": password})


def give_code(client: Client, code: str) -> HttpResponse:
    return client.post(reverse("mfa_authenticate"), {"code": code})


def is_logged_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_wrong_password_is_refused_without_saying_whether_the_account_exists(
    client: Client, user: User
) -> None:
    known = give_password(client, user, "not-this-one").content.decode()
    unknown = client.post(
        reverse("account_login"), {"login": "personne@exemple.fr", "password": "x"}
    ).content.decode()
    refusal = "ne vont pas ensemble"
    assert refusal in known
    assert refusal in unknown
    assert not is_logged_in(client)


def test_a_password_alone_does_not_log_a_professional_in(client: Client, user: User) -> None:
    activate_totp(user=user, secret=TOTP_SECRET)
    assert give_password(client, user).headers["Location"] == reverse("mfa_authenticate")
    assert not is_logged_in(client)


def test_a_wrong_code_is_refused(client: Client, user: User) -> None:
    activate_totp(user=user, secret=TOTP_SECRET)
    give_password(client, user)
    answer = give_code(client, "000000" if make_code() != "000000" else "000001")
    assert "pas été accepté" in answer.content.decode()
    assert not is_logged_in(client)


def test_the_right_code_logs_in_and_serves_once(client: Client, user: User) -> None:
    activate_totp(user=user, secret=TOTP_SECRET)
    code = make_code()
    give_password(client, user)
    assert give_code(client, code).status_code == 302
    assert is_logged_in(client)
    other = Client()
    give_password(other, user)
    give_code(other, code)
    assert not is_logged_in(other)


def test_after_too_many_wrong_passwords_the_right_one_is_refused_too(client: Client, user: User) -> None:
    for _ in range(5):
        give_password(client, user, "not-this-one")
    assert "Trop d’essais" in give_password(client, user).content.decode()
    assert not is_logged_in(client)


def test_after_too_many_wrong_codes_the_right_one_is_refused_too(client: Client, user: User) -> None:
    activate_totp(user=user, secret=TOTP_SECRET)
    give_password(client, user)
    for _ in range(5):
        give_code(client, "abcdef")
    assert "Trop d’essais" in give_code(client, make_code()).content.decode()
    assert not is_logged_in(client)


def test_a_closed_account_is_refused(client: Client, user: User) -> None:
    user.is_active = False
    user.save()
    give_password(client, user)
    assert not is_logged_in(client)


def test_a_patient_does_not_log_in_with_a_password(client: Client, territory: Territory) -> None:
    patient = User.objects.get(pk=make_patient_actor(territory.patient).id)
    patient.set_password(PASSWORD)
    patient.save()
    page = give_password(client, patient).content.decode()
    assert "le code de leur feuille" in page
    assert reverse("entrance:ask") in page
    assert not is_logged_in(client)


def test_a_patient_is_offered_no_application_that_nothing_asks_for(
    client: Client, territory: Territory
) -> None:
    patient = User.objects.get(pk=make_patient_actor(territory.patient).id)
    for user, is_offered in ((patient, False), (User.objects.get(pk=territory.imageur.id), True)):
        client.force_login(user)
        page = client.get(reverse("mfa_index")).content.decode()
        assert reverse("mfa_add_webauthn") in page
        assert (reverse("mfa_activate_totp") in page) == is_offered


def test_a_first_second_factor_is_set_up_without_giving_the_password_twice(
    client: Client, user: User
) -> None:
    give_password(client, user)
    page = client.get(reverse("home"), follow=True)
    assert page.redirect_chain[-1][0] == reverse("mfa_activate_totp")
    secret = page.context["form"].secret
    assert secret in page.content.decode()
    codes = client.post(reverse("mfa_activate_totp"), {"code": make_code(secret)}, follow=True)
    assert Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()
    assert codes.redirect_chain[-1][0] == reverse("mfa_view_recovery_codes")
    assert len(codes.context["unused_codes"]) == 10


def test_a_second_factor_is_not_changed_without_proving_who_one_is(client: Client, user: User) -> None:
    activate_totp(user=user, secret=TOTP_SECRET)
    client.force_login(user)
    for name in ("mfa_deactivate_totp", "mfa_generate_recovery_codes"):
        assert "reauthenticate" in client.post(reverse(name)).headers["Location"]
    assert Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def test_a_recovery_code_opens_the_account_once(client: Client, user: User) -> None:
    give_password(client, user)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    codes = client.post(reverse("mfa_activate_totp"), {"code": make_code(secret)}, follow=True)
    code = codes.context["unused_codes"][0]
    for expected in (True, False):
        other = Client()
        give_password(other, user)
        give_code(other, code)
        assert is_logged_in(other) is expected


@pytest.mark.parametrize(
    "name",
    [
        "mfa_index",
        "mfa_reauthenticate",
        "account_reauthenticate",
        "account_change_password",
        "account_logout",
    ],
)
def test_the_pages_of_the_account_are_in_french(name: str, client: Client, user: User) -> None:
    activate_totp(user=user, secret=TOTP_SECRET)
    client.force_login(user)
    page = client.get(reverse(name), follow=True)
    assert page.status_code == 200
    assert '<html lang="fr"' in page.content.decode()


def test_logging_out_takes_a_post(client: Client, user: User) -> None:
    client.force_login(user)
    client.get(reverse("account_logout"))
    assert is_logged_in(client)
    client.post(reverse("account_logout"))
    assert not is_logged_in(client)


def test_a_session_ends_with_the_browser_or_the_shift() -> None:
    assert settings.SESSION_COOKIE_AGE == 2 * 3600
    assert settings.SESSION_COOKIE_SAMESITE == "Strict"
    assert settings.CSRF_COOKIE_HTTPONLY
