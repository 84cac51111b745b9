"""Back-channel logout and confirmations by Pro Santé Connect, played by a real OpenID provider (R39, R46)."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from diaphane.accounts.models import Professional, PscLogin, User
from diaphane.accounts.operations import confirm_second_factor
from diaphane.accounts.psc_proofs import MARK, is_proof_open
from diaphane.audit.models import Entry
from diaphane.kernel.actors import Role
from diaphane.kernel.clock import now
from diaphane.kernel.errors import GuardError
from tests.factories import MembershipFactory, actor_of, make_rpps
from tests.openid.serving import Provider, find_refresh, serving_provider

PLATFORM = "http://127.0.0.1:8000"
RPPS = make_rpps(7_000_021)
SUBJECT = "a-subject-that-means-nothing"
END = "/compte/psc/fin/"
BACK = "/annuaire/moi/"

pytestmark = pytest.mark.django_db
_HEARD: list[str] = []


class _Ear(BaseHTTPRequestHandler):
    """Stand where the platform hears of logouts, and keep what the provider sends."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        _HEARD.append(parse_qs(body)["logout_token"][0])
        self.send_response(200)
        self.send_header("Cache-Control", "no-store")
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@contextmanager
def listening() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Ear)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}{END}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    folder: Path = tmp_path_factory.mktemp("psc")
    with listening() as told, serving_provider(folder, platform=PLATFORM, told=told) as running:
        yield running


@pytest.fixture(autouse=True)
def _declared(provider: Provider, settings: object) -> None:
    settings.PRO_SANTE_CONNECT = provider.settings  # type: ignore[attr-defined]
    settings.BASE_URL = PLATFORM  # type: ignore[attr-defined]
    provider.play(SubjectNameID=f"8{RPPS}")
    _HEARD.clear()


@pytest.fixture
def user() -> User:
    user: User = MembershipFactory(role=Role.IMAGEUR.value).user
    Professional.objects.create(user=user, rpps=RPPS, speciality="Radiologie")
    return user


def walk(client: Client, provider: Provider, page: HttpResponse) -> HttpResponse:
    """Follow a page to the provider and back, as a browser does."""
    address = provider.walk(find_refresh(page.content.decode()), until=PLATFORM)
    parts = urlsplit(address)
    first = client.get(f"{parts.path}?{parts.query}")
    return client.get(find_refresh(first.content.decode()))


def come_in(provider: Provider) -> Client:
    client = Client(REMOTE_ADDR="192.0.2.8")
    walk(client, provider, client.post(reverse("psc_start")))
    assert is_in(client)
    return client


def is_in(client: Client) -> bool:
    return client.get(BACK).status_code == 200


def tell(token: str) -> HttpResponse:
    return Client(enforce_csrf_checks=True).post(END, {"logout_token": token})


def reasons(action: str) -> list[str]:
    return [each.detail["reason"] for each in Entry.objects.filter(action=action).order_by("id")]


@pytest.mark.parametrize(
    ("forge", "reason"),
    [
        ("key", "signature"),
        ("none", "signature"),
        ("issuer", "issuer"),
        ("audience", "audience"),
        ("old", "age"),
        ("undated", "age"),
        ("over", "age"),
        ("nonce", "nonce"),
        ("no-event", "event"),
        ("other-event", "event"),
        ("no-jti", "jti"),
        ("nobody", "nobody"),
    ],
)
def test_a_forged_logout_ends_nothing_and_is_traced(
    user: User, provider: Provider, forge: str, reason: str
) -> None:
    client = come_in(provider)
    answer = tell(provider.make_logout_token(sub=SUBJECT, forge=forge))
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_request"})
    assert answer["Cache-Control"] == "no-store"
    assert is_in(client)
    assert reasons("logout.psc_refused") == [reason]


def test_what_is_no_token_is_refused(user: User) -> None:
    for token in ("", "n-importe-quoi", "x" * 30_000):
        assert tell(token).status_code == 400


def test_a_logout_over_there_ends_that_session_here_and_no_other(user: User, provider: Provider) -> None:
    mine, other = come_in(provider), come_in(provider)
    key = mine.session.session_key
    sid = PscLogin.objects.get(session_key=key).over_there
    assert sid
    assert PscLogin.objects.exclude(session_key=key).get().over_there != sid
    provider.end(sid)
    assert tell(_HEARD[0]).status_code == 200
    assert (is_in(mine), is_in(other)) == (False, True)
    assert Entry.objects.filter(action="session.ended_by_psc", subject_id=user.pk).count() == 1


def test_a_replayed_logout_is_refused(user: User, provider: Provider) -> None:
    token = provider.make_logout_token(sub=SUBJECT)
    assert tell(token).status_code == 200
    again = come_in(provider)
    assert tell(token).status_code == 400
    assert is_in(again)
    assert reasons("logout.psc_refused") == ["replayed"]


def test_a_logout_of_the_person_ends_each_of_their_sessions(user: User, provider: Provider) -> None:
    clients = [come_in(provider), come_in(provider)]
    assert tell(provider.make_logout_token(sub="somebody-else")).status_code == 200
    assert all(map(is_in, clients))
    assert tell(provider.make_logout_token(sub=SUBJECT)).status_code == 200
    assert not any(map(is_in, clients))
    assert not PscLogin.objects.exists()


def confirm(client: Client, provider: Provider, back: str = BACK) -> HttpResponse:
    return walk(client, provider, client.post(reverse("psc_confirm"), {"next": back}))


def test_who_did_not_come_by_it_does_not_confirm_by_it(user: User, client: Client) -> None:
    client.force_login(user)
    assert client.post(reverse("psc_confirm"), {"next": BACK}).status_code == 404


def test_a_confirmation_asks_again_and_signs_once(user: User, provider: Provider) -> None:
    client = come_in(provider)
    page = client.post(reverse("psc_confirm"), {"next": BACK})
    asked = parse_qs(urlsplit(find_refresh(page.content.decode())).query)
    assert (asked["prompt"], asked["max_age"]) == (["login"], ["0"])
    assert walk(client, provider, page)["Location"] == BACK
    word, by = client.session["psc_proof"], actor_of(user.memberships.get())
    assert is_proof_open(user, word)
    stranger = MembershipFactory(role=Role.IMAGEUR.value)
    with pytest.raises(GuardError):
        confirm_second_factor(user_id=stranger.user_id, code=f"{MARK}{word}", by=actor_of(stranger), at=now())
    used = confirm_second_factor(user_id=user.pk, code=f"{MARK}{word}", by=by, at=now())
    assert used.value == "pro_sante_connect"
    with pytest.raises(GuardError):
        confirm_second_factor(user_id=user.pk, code=f"{MARK}{word}", by=by, at=now())


@pytest.mark.parametrize(
    ("scene", "reason"),
    [
        ({"forge": "stale"}, "stale"),
        ({"forge": "undated"}, "stale"),
        ({"forge": "key"}, "signature"),
        ({"forge": "cancelled"}, "cancelled"),
        ({"SubjectNameID": f"8{make_rpps(7_000_022)}"}, "another"),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_what_is_no_fresh_confirmation_of_the_same_person_signs_nothing(
    user: User, provider: Provider, scene: dict[str, str], reason: str
) -> None:
    client = come_in(provider)
    provider.play(**{"SubjectNameID": f"8{RPPS}"} | scene)
    assert confirm(client, provider).status_code == 403
    assert "psc_proof" not in client.session
    assert reasons("login.psc_refused") == [reason]
    assert is_in(client)


def test_a_confirmation_goes_back_to_our_own_pages_only(user: User, provider: Provider) -> None:
    client = come_in(provider)
    assert confirm(client, provider, back="https://elsewhere.example/")["Location"] == "/"
