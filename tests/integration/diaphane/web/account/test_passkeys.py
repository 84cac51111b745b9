"""What passkeys refuse, without a browser; what they open is in ``tests/journeys/test_passkeys.py`` (R39)."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from diaphane.accounts.codes import Outcome
from diaphane.accounts.models import User
from diaphane.accounts.passkeys import ask_for_passkey, spend_passkey
from diaphane.accounts.strength import is_strong
from diaphane.audit.models import Entry
from tests.browsing import open_session
from tests.scenes import Territory

pytestmark = pytest.mark.django_db

HERE = {"HTTP_HOST": "localhost"}
FOREIGN = json.dumps({"id": "YQ", "rawId": "YQ", "response": {"userHandle": "YQ"}, "type": "public-key"})


@pytest.mark.parametrize("name", ["ask_passkey", "mfa_add_webauthn", "mfa_reauthenticate_webauthn"])
def test_a_visitor_is_sent_to_log_in(client: Client, name: str) -> None:
    answer = client.post(reverse(name), **HERE)
    assert answer.headers["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize(("credential", "traced"), [("", 0), ("x", 0), ("{}", 0), ("[1]", 1), (FOREIGN, 1)])
def test_what_is_no_passkey_opens_nothing(client: Client, credential: str, traced: int) -> None:
    page = client.post(reverse("mfa_login_webauthn"), {"credential": credential}, follow=True, **HERE)
    assert page.status_code == 200
    assert "_auth_user_id" not in client.session
    assert Entry.objects.filter(action="login.passkey_refused").count() == traced


def test_a_passkey_is_offered_where_browsers_make_them_and_there_alone(client: Client) -> None:
    offer = "Se connecter avec ma clé d’accès"
    assert offer in client.get(reverse("account_login"), **HERE).content.decode()
    assert offer not in client.get(reverse("account_login"), HTTP_HOST="127.0.0.1").content.decode()


@pytest.mark.parametrize("answer", ["{", "{}", "{]", '{"id": 1}', '{"response": null}', "{" * 2000])
def test_what_is_no_answer_is_wrong(territory: Territory, answer: str) -> None:
    user = User.objects.get(pk=territory.imageur.id)
    assert spend_passkey(user=user, answer=answer) is Outcome.WRONG


def test_each_asking_has_its_own_challenge_and_wants_its_holder_checked(territory: Territory) -> None:
    user = User.objects.get(pk=territory.imageur.id)
    first, second = (ask_for_passkey(user=user, host="localhost")["publicKey"] for _n in range(2))
    assert first["challenge"] != second["challenge"]
    assert first["userVerification"] == "required"


def test_what_was_asked_is_told_to_who_is_logged_in_by_post_alone(territory: Territory) -> None:
    client = open_session(territory.imageur)
    assert client.get(reverse("ask_passkey"), **HERE).status_code == 405
    assert client.post(reverse("ask_passkey"), **HERE).json()["publicKey"]["rpId"] == "localhost"


def test_without_any_factor_a_session_is_not_strong(territory: Territory) -> None:
    assert not is_strong(User.objects.get(pk=territory.requester.id), {})


def test_nobody_removes_or_renames_the_passkey_of_another(territory: Territory) -> None:
    client = open_session(territory.imageur)
    for name in ("mfa_remove_webauthn", "mfa_edit_webauthn"):
        answer = client.post(reverse(name, args=[1]), {"name": "x"}, **HERE)
        assert answer.status_code in {302, 404}
