"""Who goes too fast is asked to wait, in French, and nobody else is."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from django.conf import settings
from django.core import signing
from django.test import Client
from django.urls import reverse

from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.paces import (
    COUNTER,
    HEAVY,
    IMAGES,
    MACHINES,
    MAILED_LINKS,
    PAGES,
    SEARCHES,
    VISITORS,
    Pace,
    TooOftenError,
)
from diaphane.web.pacing import PACES
from tests.addresses import list_addresses
from tests.integration.diaphane.interop.conftest import open_token
from tests.scenes import Territory

Login = Callable[[Actor], Client]
HERE = "127.0.0.1"


@pytest.fixture(autouse=True)
def _time_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(COUNTER, "_clock", lambda: 1000.0)


def spend(pace: Pace, who: object) -> None:
    """Ask as often as one may."""
    with suppress(TooOftenError):
        for _time in range(pace.at_once):
            COUNTER.take(pace, who)  # type: ignore[arg-type]


def test_every_pace_is_that_of_an_address() -> None:
    assert set(PACES) <= {each.name for each in list_addresses()}


def test_a_person_who_goes_too_fast_waits_and_reads_why(territory: Territory, login: Login) -> None:
    client = login(territory.imageur)
    spend(PAGES, territory.imageur.id)
    refused = client.get(reverse("reading_room:list"))
    assert refused.status_code == 429
    assert refused["Retry-After"] == "1"
    assert "Trop de demandes d’un coup. Attendez 1 seconde" in refused.content.decode()
    assert login(territory.requester).get(reverse("requesting:list")).status_code == 200


def test_a_page_that_updates_itself_says_it_where_the_person_is(territory: Territory, login: Login) -> None:
    client = login(territory.imageur)
    spend(PAGES, territory.imageur.id)
    refused = client.get(reverse("reading_room:rows"), headers={"HX-Request": "true"})
    assert (refused.status_code, b"<html" in refused.content) == (429, False)


def test_searches_have_a_pace_of_their_own(territory: Territory, login: Login) -> None:
    client = login(territory.requester)
    spend(SEARCHES, territory.requester.id)
    assert client.get(reverse("requesting:find_patient")).status_code == 429
    assert client.get(reverse("requesting:list")).status_code == 200


@pytest.mark.django_db
def test_links_by_mail_are_asked_at_a_pace(client: Client) -> None:
    spend(MAILED_LINKS, HERE)
    assert client.post(reverse("entrance:ask"), {"email": "x@exemple.example"}).status_code == 429
    assert client.get(reverse("account_login")).status_code == 200


def test_a_flood_from_an_address_stops_neither_its_people_nor_its_known_browsers(
    territory: Territory, login: Login
) -> None:
    known = login(territory.imageur)
    spend(VISITORS, HERE)
    assert Client().get(reverse("account_login")).status_code == 429
    assert known.get(reverse("reading_room:list")).status_code == 200
    browser = Client()
    browser.cookies[settings.DEVICE_COOKIE_NAME] = signing.dumps("poste", salt="diaphane.device")
    assert browser.get(reverse("account_login")).status_code == 200
    forged = Client()
    forged.cookies[settings.DEVICE_COOKIE_NAME] = signing.dumps("poste", salt="autre")
    assert forged.get(reverse("account_login")).status_code == 429


def test_a_machine_that_goes_too_fast_waits_and_no_other_does(territory: Territory) -> None:
    edge = open_token(Role.EDGE, territory.site.pk)
    other = open_token(Role.EDGE, territory.site.pk)
    edge.get("/edge/v1/worklist")
    [(_pace, machine)] = COUNTER._spent_until
    spend(MACHINES, machine)
    refused = edge.get("/edge/v1/worklist")
    assert refused.status_code == 429
    assert refused["Retry-After"] == "1"
    assert refused.json()["error"].startswith("Trop de demandes")
    assert other.get("/edge/v1/worklist").status_code == 200
    assert edge.get("/dicomweb/studies").status_code == 200


@pytest.mark.parametrize(
    ("path", "pace"), [("/dicomweb/studies", SEARCHES), ("/dicomweb/studies/1.2/metadata", IMAGES)]
)
def test_a_viewer_s_searches_and_images_have_each_their_pace(
    territory: Territory, login: Login, path: str, pace: Pace
) -> None:
    client = login(territory.imageur)
    spend(pace, territory.imageur.id)
    assert client.get(path).status_code == 429


def test_a_copy_is_taken_at_a_pace(territory: Territory, login: Login) -> None:
    spend(HEAVY, territory.imageur.id)
    address = reverse("copies:take", kwargs={"act_id": "00000000-0000-0000-0000-000000000001"})
    assert login(territory.imageur).get(address).status_code == 429
