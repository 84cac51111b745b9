"""Pro Santé Connect, played by a real OpenID provider: what opens, and what a forger gets (R39, R46)."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from diaphane.accounts.models import Professional, User
from diaphane.audit.models import Entry
from diaphane.kernel.actors import Role
from tests.factories import MembershipFactory, make_rpps
from tests.openid.serving import Provider, find_refresh, serving_provider

PLATFORM = "http://127.0.0.1:8000"
RPPS, OTHER = make_rpps(7_000_001), make_rpps(7_000_002)
WRONG_KEY = f"{RPPS[:-1]}{(int(RPPS[-1]) + 1) % 10}"
HERE = "/compte/psc/retour/"

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    with serving_provider(tmp_path_factory.mktemp("psc"), platform=PLATFORM) as running:
        yield running


@pytest.fixture(autouse=True)
def _declared(provider: Provider, settings: object) -> None:
    settings.PRO_SANTE_CONNECT = provider.settings  # type: ignore[attr-defined]
    settings.BASE_URL = PLATFORM  # type: ignore[attr-defined]
    provider.play(SubjectNameID=f"8{RPPS}")


@pytest.fixture
def user() -> User:
    """Return an account with this RPPS number, without any authenticator."""
    user = MembershipFactory(role=Role.IMAGEUR.value).user
    Professional.objects.create(user=user, rpps=RPPS, speciality="Radiologie")
    return user


def ask(client: Client) -> str:
    """Press the button, and return the address at Pro Santé Connect."""
    return find_refresh(client.post(reverse("psc_start")).content.decode())


def come_back(client: Client, address: str) -> HttpResponse:
    """Follow an answer: the page that comes first, then what it leads to."""
    parts = urlsplit(address)
    first = client.get(f"{parts.path}?{parts.query}")
    assert not is_logged_in(client)
    return client.get(find_refresh(first.content.decode()))


def pass_through(client: Client, provider: Provider) -> HttpResponse:
    return come_back(client, provider.walk(ask(client), until=PLATFORM))


def is_logged_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def list_reasons() -> list[str]:
    return [each.detail["reason"] for each in Entry.objects.filter(action="login.psc_refused").order_by("id")]


def test_the_person_of_the_number_is_logged_in_and_owes_no_other_factor(
    client: Client, user: User, provider: Provider
) -> None:
    answer = pass_through(client, provider)
    assert answer.headers["Location"] == "/"
    assert client.session["_auth_user_id"] == str(user.pk)
    assert client.get("/", follow=True).status_code == 200
    assert client.get("/", follow=True).redirect_chain[-1][0] != reverse("mfa_activate_totp")
    asked = provider.list_asked()
    assert asked["acr_values"] == "eidas1"
    assert set(asked["scope"].split()) == {"openid", "scope_all"}
    assert asked["code_challenge_method"] == "S256"
    assert {"state", "nonce", "code_challenge"} <= set(asked)


@pytest.mark.parametrize(
    ("scene", "reason", "said"),
    [
        ({"forge": "nonce"}, "nonce", "n’est pas celle qui a été demandée"),
        ({"forge": "no-nonce"}, "nonce", "n’est pas celle qui a été demandée"),
        ({"forge": "key"}, "signature", "pas signée"),
        ({"forge": "none"}, "signature", "pas signée"),
        ({"forge": "no-token"}, "signature", "pas signée"),
        ({"forge": "audience"}, "audience", "une autre plateforme"),
        ({"forge": "azp"}, "audience", "une autre plateforme"),
        ({"forge": "issuer"}, "issuer", "quelqu’un d’autre"),
        ({"forge": "expired"}, "expired", "n’est plus valable"),
        ({"forge": "person"}, "person", "deux personnes"),
        ({"forge": "cancelled"}, "cancelled", "arrêté"),
        ({"acr": "eidas0"}, "acr", "pas assez forte"),
        ({"SubjectNameID": ""}, "nobody", "pas dit qui vous êtes"),
        ({"SubjectNameID": "899700000000/0001"}, "not_rpps", "n’est pas un numéro RPPS"),
        ({"SubjectNameID": f"0{RPPS}"}, "not_rpps", "n’est pas un numéro RPPS"),
        ({"SubjectNameID": f"8{WRONG_KEY}"}, "not_rpps", "n’est pas un numéro RPPS"),
        ({"SubjectNameID": f"8{OTHER}"}, "unknown", "Personne ici"),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_what_does_not_hold_opens_nothing_and_says_why(
    client: Client, user: User, provider: Provider, scene: dict[str, str], reason: str, said: str
) -> None:
    provider.play(**{"SubjectNameID": f"8{RPPS}"} | scene)
    before = User.objects.count()
    answer = pass_through(client, provider)
    assert answer.status_code == 403
    assert not is_logged_in(client)
    assert list_reasons() == [reason]
    assert said in answer.content.decode()
    assert User.objects.count() == before


def test_an_answer_that_this_browser_did_not_ask_for_is_refused(
    client: Client, user: User, provider: Provider
) -> None:
    address = provider.walk(ask(Client()), until=PLATFORM)
    assert come_back(client, address).status_code == 403
    assert list_reasons() == ["state"]
    state = parse_qs(urlsplit(provider.walk(ask(client), until=PLATFORM)).query)["state"][0]
    assert come_back(client, f"{HERE}?code=invented&state={state}").status_code == 403
    assert list_reasons() == ["state", "code"]
    assert come_back(client, f"{HERE}?code=invented").status_code == 403
    assert list_reasons() == ["state", "code", "state"]


def test_an_answer_serves_once(client: Client, user: User, provider: Provider) -> None:
    address = provider.walk(ask(client), until=PLATFORM)
    assert come_back(client, address).status_code == 302
    client.logout()
    assert come_back(client, address).status_code == 403
    assert list_reasons() == ["state"]


def test_a_code_that_another_session_used_already_is_refused(
    client: Client, user: User, provider: Provider
) -> None:
    """Its state is known here, its code served there."""
    spent = parse_qs(urlsplit(provider.walk(ask(client), until=PLATFORM)).query)
    come_back(client, f"{HERE}?code={spent['code'][0]}&state={spent['state'][0]}")
    client.logout()
    fresh = parse_qs(urlsplit(provider.walk(ask(client), until=PLATFORM)).query)
    come_back(client, f"{HERE}?code={spent['code'][0]}&state={fresh['state'][0]}")
    assert not is_logged_in(client)
    assert list_reasons() == ["code"]


def test_a_closed_account_is_refused_by_name_in_the_trail(
    client: Client, user: User, provider: Provider
) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert "fermé" in pass_through(client, provider).content.decode()
    assert Entry.objects.get(action="login.psc_refused").subject_id == user.pk


def test_a_password_alone_still_owes_its_second_factor(client: Client, user: User) -> None:
    client.force_login(user)
    assert client.get("/").headers["Location"] == reverse("mfa_activate_totp")


def test_who_has_no_password_sets_up_the_authenticator_that_signs(
    client: Client, user: User, provider: Provider
) -> None:
    user.set_unusable_password()
    user.save()
    pass_through(client, provider)
    assert client.get(reverse("mfa_activate_totp")).status_code == 200


def test_logging_out_closes_the_session_over_there_too(
    client: Client, user: User, provider: Provider
) -> None:
    pass_through(client, provider)
    page = client.post(reverse("account_logout")).content.decode()
    assert not is_logged_in(client)
    farewell = urlsplit(find_refresh(page))
    said = parse_qs(farewell.query)
    assert farewell.path == "/session/end"
    assert said["post_logout_redirect_uri"] == [f"{PLATFORM}/compte/login/"]
    assert said["id_token_hint"][0].count(".") == 2


def test_nothing_is_offered_where_nothing_is_declared(client: Client, settings: object) -> None:
    assert "Pro Santé Connect" in client.get(reverse("account_login")).content.decode()
    settings.PRO_SANTE_CONNECT = {}  # type: ignore[attr-defined]
    assert "Pro Santé Connect" not in client.get(reverse("account_login")).content.decode()
    assert client.post(reverse("psc_start")).status_code == 404
    assert client.get(f"{HERE}?code=a&state=b").status_code == 404


def test_a_service_that_is_away_is_said_and_the_password_stays(client: Client, settings: object) -> None:
    settings.PRO_SANTE_CONNECT = {  # type: ignore[attr-defined]
        "configuration": "http://127.0.0.1:9/nobody",
        "client_id": "x",
        "client_secret": "y",
    }
    answer = client.post(reverse("psc_start"))
    assert answer.status_code == 503
    assert "ne répond pas" in answer.content.decode()


def test_the_first_page_of_an_answer_weighs_nothing(client: Client, user: User, provider: Provider) -> None:
    address = urlsplit(provider.walk(ask(client), until=PLATFORM))
    for _time in range(2):
        assert client.get(f"{address.path}?{address.query}").status_code == 200
    assert come_back(client, address.geturl()).status_code == 302
