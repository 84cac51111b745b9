"""The short way answers as the ordinary one does, and forgets a right as soon as it is taken back."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta

import httpx
import pytest
from allauth.mfa.models import Authenticator
from django.http import HttpResponseBase
from django.test import Client
from pytest_django import DjangoDbBlocker

from diaphane.access.models import Grant
from diaphane.accounts.models import ServiceToken, User
from diaphane.accounts.operations import issue_service_token
from diaphane.acts.emergencies import Plea, Sought, end_those_over, open_in_emergency
from diaphane.audit.models import Entry
from diaphane.imaging.models import Instance, Study
from diaphane.imaging.operations import store_instance
from diaphane.imaging.priors import withdraw_prior
from diaphane.imaging.quarantining import lift_quarantine, quarantine_study
from diaphane.imaging.taking_away import take_away
from diaphane.kernel.actors import Role
from diaphane.kernel.clock import now
from diaphane.organisations.models import Membership
from tests import scenes
from tests.browsing import close_elsewhere, open_session
from tests.factories import StructureFactory, make_actor, make_patient_actor
from tests.images import make_ct, make_htj2k_ct
from tests.integration.diaphane.imaging.conftest import make_machine
from tests.integration.diaphane_edge.edge import wait_until
from tests.joins import put_beside
from tests.live_server import LiveServer, serving
from tests.reading_scenes import fresh_code
from tests.scenes import Territory

from .addresses import ACCEPTS, ADDRESSES, PICTURES, name_values, spoil
from .conftest import Images

pytestmark = pytest.mark.django_db(transaction=True)
STORED = 'multipart/related; type="application/octet-stream"; transfer-syntax=*'


@pytest.fixture(scope="module")
def server(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveServer]:
    with django_db_blocker.unblock(), serving(tmp_path_factory.mktemp("direct")) as running:
        yield running


@pytest.fixture
def territory(transactional_db: None) -> Territory:
    return scenes.make_territory()


@pytest.fixture
def images(territory: Territory, server: LiveServer, settings: object) -> Images:
    """Return the images of an act, where the server finds them."""
    settings.OBJECTS = server.log.parent / "objects"  # type: ignore[attr-defined]
    act = scenes.validated(territory).act
    edge = make_machine(territory.site.pk)
    contents = [
        make_ct(act, number=1, SeriesInstanceUID="1.2.77"),
        make_htj2k_ct(act, number=2, SeriesInstanceUID="1.2.77"),
    ]
    receipts = [store_instance(content=each, by=edge, at=now()) for each in contents]
    assert all(each.is_held for each in receipts)
    return Images(act, contents, list(Instance.objects.order_by("number")))


Connect = Callable[[Client | dict[str, str]], httpx.Client]


@pytest.fixture
def connect(server: LiveServer) -> Iterator[Connect]:
    """Return what reads from the running server, with the session of a test client or with headers."""
    with ExitStack() as opened:

        def open_one(who: Client | dict[str, str]) -> httpx.Client:
            headers = {"Accept": STORED}
            if isinstance(who, Client):
                headers["Cookie"] = who.cookies.output(attrs=[], header="", sep=";").strip()
            else:
                headers |= who
            return opened.enter_context(httpx.Client(base_url=server.url, headers=headers))

        yield open_one


def test_refusals_are_the_same_on_both_ways(
    server: LiveServer, connect: Connect, territory: Territory, images: Images
) -> None:
    stranger, ours = open_session(territory.outsider), open_session(territory.imageur)
    patient = open_session(make_patient_actor(territory.patient))
    wrong = {"Authorization": "Bearer faux"}
    callers: list[tuple[Client, Client | dict[str, str], dict[str, str]]] = [
        (Client(), {}, {}),
        (Client(), wrong, wrong),
        *((each, each, {}) for each in (stranger, patient)),
    ]
    values = name_values(images)
    for ordinary, direct, headers in callers:
        client = connect(direct)
        for path in [each.fill(values) for each in ADDRESSES]:
            assert_same(client.get(path), ordinary.get(path, headers={"Accept": STORED, **headers}))
    client = connect(ours)
    for path in [path for each in ADDRESSES[-6:] for path in spoil(each, values)]:
        assert_same(client.get(path), ours.get(path, headers={"Accept": STORED}))
    for query in PICTURES:
        path = f"{images.path(0)}/rendered?{query}"
        accept = {"Accept": "image/png"}
        assert_same(client.get(path, headers=accept), ours.get(path, headers=accept))
    for accept in (each.strip() for each in ACCEPTS if each.isascii()):
        path = f"{images.path(1)}/frames/1"
        assert_same(client.get(path, headers={"Accept": accept}), ours.get(path, headers={"Accept": accept}))


def assert_same(direct: httpx.Response, ordinary: HttpResponseBase) -> None:
    """See that an answer is that of the ordinary way; of refusals, every word."""
    assert direct.status_code == ordinary.status_code, direct.url
    assert direct.status_code < 500
    if direct.status_code != 200:
        assert direct.content == ordinary.content  # type: ignore[attr-defined]
        for name in ("Content-Type", "WWW-Authenticate"):
            assert direct.headers.get(name) == ordinary.headers.get(name)


def reads(client: httpx.Client, images: Images) -> bool:
    """Say whether both frames are read."""
    return all(client.get(f"{images.path(index)}/frames/1").status_code == 200 for index in (0, 1))


def test_strangers_are_refused_as_everywhere(
    server: LiveServer, connect: Connect, territory: Territory, images: Images
) -> None:
    path = f"{images.path(0)}/frames/1"
    assert httpx.get(f"{server.url}{path}").status_code == 401
    wrong = {"Authorization": "Bearer faux"}
    assert httpx.get(f"{server.url}{path}", headers=wrong).status_code == 401
    assert connect(open_session(territory.outsider)).get(path).status_code == 404
    own = connect(open_session(territory.imageur))
    assert own.get(path, headers=wrong).status_code == 401
    assert own.get(path, headers={"Host": "ailleurs.example"}).status_code == 400
    assert own.get(f"{path}?a=%ff\xff").status_code in (200, 400)


def test_a_professional_without_a_second_factor_reads_nothing(
    connect: Connect, territory: Territory, images: Images
) -> None:
    client = connect(open_session(territory.imageur))
    assert reads(client, images)
    Authenticator.objects.all().delete()
    wait_until(lambda: client.get(f"{images.path(0)}/frames/1").status_code == 302)


def test_both_ways_give_the_same(
    server: LiveServer, connect: Connect, territory: Territory, images: Images
) -> None:
    session = open_session(territory.imageur)
    client = connect(session)
    for path in ("", "/metadata", "/series", "/instances?includefield=all"):
        address = images.study_path + path
        ours, theirs = client.get(address, headers={"Accept": "*/*"}), session.get(address)
        assert without_what_varies(ours.content, server.url) == without_what_varies(
            theirs.getvalue(), "http://testserver"
        )
        for name in (
            "Content-Type",
            "Cache-Control",
            "X-Content-Type-Options",
            "Referrer-Policy",
            "X-Frame-Options",
            "Permissions-Policy",
            "Cross-Origin-Resource-Policy",
        ):
            assert boundless(ours.headers[name]) == boundless(theirs[name])


def without_what_varies(content: bytes, host: str) -> bytes:
    return re.sub(rb"diaphane-[0-9a-f]{32}", b"", content.replace(host.encode(), b""))


def boundless(value: str) -> str:
    return re.sub(r"diaphane-[0-9a-f]{32}", "", value)


def test_a_reading_is_traced_once(connect: Connect, territory: Territory, images: Images) -> None:
    client = connect(open_session(territory.imageur))
    for _again in range(3):
        assert reads(client, images)
    entry = Entry.objects.get(action="viewed.images")
    assert (entry.actor_id, entry.act_id) == (territory.imageur.id, images.act.pk)
    assert reads(connect(open_session(territory.imageur)), images)
    assert Entry.objects.filter(action="viewed.images").count() == 2


def _end_grants(territory: Territory, client: Client) -> None:
    Grant.objects.update(ended_at=now())


def _log_out(territory: Territory, client: Client) -> None:
    client.logout()


def _close_elsewhere(territory: Territory, client: Client) -> None:
    close_elsewhere(client, territory.imageur)


def _dismiss(territory: Territory, client: Client) -> None:
    Membership.objects.filter(user=territory.imageur.id).delete()


def _deactivate(territory: Territory, client: Client) -> None:
    User.objects.filter(pk=territory.imageur.id).update(is_active=False)


@pytest.mark.parametrize("take_back", [_end_grants, _log_out, _close_elsewhere, _dismiss, _deactivate])
def test_a_person_whose_right_is_taken_back_reads_no_more(
    connect: Connect,
    territory: Territory,
    images: Images,
    take_back: Callable[[Territory, Client], None],
) -> None:
    session = open_session(territory.imageur)
    client = connect(session)
    assert reads(client, images)
    take_back(territory, session)
    wait_until(lambda: not reads(client, images), seconds=5)


@pytest.mark.parametrize("field", ["revoked_at", "expires_at"])
def test_a_machine_whose_token_is_over_reads_no_more(
    connect: Connect, territory: Territory, images: Images, field: str
) -> None:
    token = issue_service_token(label="Essai", role=Role.SERVICE, structure_id=territory.site.pk)
    client = connect({"Authorization": f"Bearer {token}"})
    edge = make_machine(territory.site.pk)
    store_instance(content=make_ct(SeriesInstanceUID="1.2.78"), by=edge, at=now())
    found = client.get("/dicomweb/studies", headers={"Accept": "*/*"}).json()
    address = f"/dicomweb/studies/{found[0]['0020000D']['Value'][0]}/metadata"
    assert client.get(address, headers={"Accept": "*/*"}).status_code == 200
    ServiceToken.objects.update(**{field: now() - timedelta(seconds=1)})
    wait_until(lambda: client.get(address, headers={"Accept": "*/*"}).status_code == 401, seconds=5)


def test_a_study_taken_away_from_beside_an_act_is_closed(
    connect: Connect, territory: Territory, images: Images
) -> None:
    edge = make_machine(territory.site.pk)
    receipt = store_instance(content=make_ct(SeriesInstanceUID="1.2.79"), by=edge, at=now())
    assert receipt.study is not None
    prior = put_beside(receipt.study, images.act, territory, at=now())
    client = connect(open_session(territory.imageur))
    address = f"/dicomweb/studies/{receipt.study.study_instance_uid}/metadata"
    assert client.get(address, headers={"Accept": "*/*"}).status_code == 200
    withdraw_prior(prior=prior, reason="Une erreur", by=territory.technologist, at=now())
    wait_until(lambda: client.get(address, headers={"Accept": "*/*"}).status_code == 404, seconds=5)


def test_what_comes_meanwhile_is_found(connect: Connect, territory: Territory, images: Images) -> None:
    client = connect(open_session(territory.imageur))
    assert reads(client, images)
    late = make_ct(images.act, number=3, SeriesInstanceUID="1.2.77", SOPInstanceUID="1.2.3.4")
    address = f"{images.series_path}/instances/1.2.3.4/frames/1"
    assert client.get(address).status_code == 404
    store_instance(content=late, by=make_machine(territory.site.pk), at=now())
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("path", ["frames", "metadata"])
def test_images_in_quarantine_close_at_once_in_a_warmed_reader_and_open_again(
    connect: Connect, territory: Territory, images: Images, path: str
) -> None:
    requester, session = connect(open_session(territory.requester)), open_session(territory.requester)
    imageur = connect(open_session(territory.imageur))
    address = f"{images.path(0)}/frames/1" if path == "frames" else f"{images.study_path}/metadata"
    accept = {"Accept": STORED if path == "frames" else "*/*"}

    def status(client: httpx.Client) -> int:
        return client.get(address, headers=accept).status_code

    assert (status(requester), status(imageur)) == (200, 200)
    study = Study.objects.get(act=images.act)
    doubt = quarantine_study(study=study, reason="Doute", by=territory.imageur, at=now())
    wait_until(lambda: status(requester) == 404, seconds=5)
    assert session.get(address, headers=accept).status_code == 404
    assert requester.get("/dicomweb/studies", headers={"Accept": "*/*"}).json() == []
    assert status(imageur) == 200
    lift_quarantine(quarantine=doubt, reason="Relu", by=territory.technologist, at=now())
    wait_until(lambda: status(requester) == 200, seconds=5)
    assert session.get(address, headers=accept).status_code == 200


def test_a_series_taken_away_is_closed_to_a_warmed_reader(
    connect: Connect, territory: Territory, images: Images
) -> None:
    store_instance(
        content=make_ct(images.act, SeriesInstanceUID="1.2.80"), by=make_machine(territory.site.pk), at=now()
    )
    client = connect(open_session(territory.imageur))
    assert reads(client, images)
    take_away(
        study=Study.objects.get(act=images.act),
        act=images.act,
        reason="Autre patient",
        by=territory.technologist,
        at=now(),
        series_uids=["1.2.77"],
    )
    wait_until(lambda: not reads(client, images), seconds=5)
    found = client.get(f"{images.study_path}/series", headers={"Accept": "*/*"}).json()
    assert [each["0020000E"]["Value"] for each in found] == [["1.2.80"]]


def test_an_emergency_is_read_on_the_short_way_and_forgotten_at_its_end(
    connect: Connect, territory: Territory, images: Images
) -> None:
    outsider = make_actor(Role.IMAGEUR, StructureFactory())
    client = connect(open_session(outsider))
    assert not reads(client, images)
    [access] = open_in_emergency(
        sought=Sought(accession_number=images.act.accession_number),
        plea=Plea("vital", "Patient aux urgences"),
        code=fresh_code(outsider),
        by=outsider,
        at=now(),
    )
    assert reads(client, images)
    end_those_over(at=access.ends_at)
    wait_until(lambda: not reads(client, images), seconds=5)
