"""The pages of rooms: for the administrator of their site alone, with what is wrong said (R73)."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from diaphane.kernel.actors import Actor, Role
from diaphane.organisations.models import Day, Room
from diaphane.scheduling.models import RoomClosure, RoomHours
from tests.factories import RoomFactory, StructureFactory, make_actor
from tests.integration.diaphane.acquisition.table import planned
from tests.scenes import Territory

pytestmark = pytest.mark.django_db
Login = Callable[[Actor], Client]
SCANNER = {
    "name": "Scanner 2",
    "modality": "CT",
    "station_ae_title": "SCAN2",
    "device": "Fictif",
    "buffer_minutes": "10",
    "hours_0": "8:00-12:00, 14:00-18:00",
}


@pytest.fixture
def client(territory: Territory, login: Login) -> Client:
    return login(make_actor(Role.ADMINISTRATOR, territory.site))


def said(client: Client, address: str) -> str:
    return client.get(address).content.decode().replace("\u00a0", " ")


def test_another_site_s_room_is_not_there(client: Client) -> None:
    there = RoomFactory(structure=StructureFactory(), name="Scanner d’ailleurs")
    assert "Scanner d’ailleurs" not in said(client, reverse("rooms:list"))
    for name, method in (("room", client.get), ("room", client.post), ("close", client.post)):
        assert method(reverse(f"rooms:{name}", args=[there.pk])).status_code == 404


def test_who_is_no_administrator_has_no_page_of_rooms(territory: Territory, login: Login) -> None:
    for actor in (territory.technologist, territory.requester, territory.imageur):
        assert login(actor).get(reverse("rooms:list")).status_code == 403


def test_a_room_is_added_with_its_hours(client: Client, territory: Territory) -> None:
    assert "Aucune salle" in said(client, reverse("rooms:list"))
    answer = client.post(reverse("rooms:open"), SCANNER)
    room = Room.objects.get(structure=territory.site)
    assert answer.headers["Location"] == reverse("rooms:room", args=[room.pk])
    assert room.buffer_minutes == 10
    assert set(RoomHours.objects.values_list("day", flat=True)) == {Day.MONDAY}
    assert "08:00 – 12:00, 14:00 – 18:00" in said(client, reverse("rooms:list"))
    assert "Ne reçoit personne" in said(client, reverse("rooms:room", args=[room.pk]))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"hours_0": "le matin"}, "8:00-12:00"),
        ({"station_ae_title": "SCANNÉR"}, "sans accent"),
        ({"buffer_minutes": "500"}, "120"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    client: Client, changes: dict[str, str], words: str
) -> None:
    answer = client.post(reverse("rooms:open"), SCANNER | changes)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page
    assert "Scanner 2" in page
    assert not Room.objects.exists()


def test_a_room_is_closed_for_a_time_and_what_is_booked_then_is_to_be_moved(
    client: Client, territory: Territory
) -> None:
    planned(territory)
    room = Room.objects.get(structure=territory.site)
    address = reverse("rooms:close", args=[room.pk])
    wrong = {"since": "2027-03-01T09:00", "until": "2027-03-01T08:00", "reason": "Maintenance"}
    assert client.post(address, wrong).status_code == 422
    client.post(address, wrong | {"since": "2020-01-01T00:00", "until": "2099-01-01T00:00"})
    page = said(client, reverse("rooms:room", args=[room.pk]))
    assert "Maintenance" in page
    assert "1 à déplacer" in page
    assert "Fermée jusqu’au" in said(client, reverse("rooms:list"))
    client.post(reverse("rooms:lift", args=[room.pk, RoomClosure.objects.get().pk]))
    assert "Maintenance" not in said(client, reverse("rooms:room", args=[room.pk]))


def test_a_room_is_written_again(client: Client, territory: Territory) -> None:
    room = RoomFactory(structure=territory.site, station_ae_title="SCAN2")
    client.post(reverse("rooms:room", args=[room.pk]), SCANNER)
    page = said(client, reverse("rooms:room", args=[room.pk]))
    assert "08:00-12:00, 14:00-18:00" in page
    refused = client.post(reverse("rooms:room", args=[room.pk]), SCANNER | {"modality": "MR"})
    assert refused.status_code == 422
