"""Pages of duty: who is reachable, the roster and its holes, hand-overs; refused ones first (R10, R135)."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from diaphane.requests.models import ExamRequest
from diaphane.rosters.models import HandOver, Shift
from tests.factories import StructureFactory, make_actor
from tests.scenes import Territory, under_review

pytestmark = pytest.mark.django_db
Login = Callable[[Actor], Client]
NOW = reverse("rosters:now")
ROSTER = reverse("rosters:roster")


@pytest.fixture
def keeper(territory: Territory) -> Actor:
    return make_actor(Role.ADMINISTRATOR, territory.reader)


def said(client: Client, address: str) -> str:
    return client.get(address).content.decode().replace("\u00a0", " ").replace("&#x27;", "’")


def night(user_id: object, *, start: datetime | None = None, **changes: object) -> dict[str, object]:
    begins = start or now() - timedelta(hours=1)
    given = {"person": str(user_id), "kind": "on_call", "phone": "01 99 00 00 09", "languages": ["fr", "en"]}
    hours = {
        "starts_at": f"{begins:%Y-%m-%dT%H:%M}",
        "ends_at": f"{begins + timedelta(hours=12):%Y-%m-%dT%H:%M}",
    }
    return given | hours | changes


def test_other_roles_have_no_roster_to_make(territory: Territory, login: Login) -> None:
    for actor in (territory.imageur, territory.requester, territory.technologist):
        assert login(actor).get(ROSTER).status_code == 403
    for actor in (territory.requester, territory.technologist):
        assert login(actor).post(reverse("rosters:saturate")).status_code == 403
        assert login(actor).get(reverse("rosters:give")).status_code == 403


def test_another_structure_s_shifts_and_people_are_not_there(
    territory: Territory, keeper: Actor, login: Login
) -> None:
    login(keeper).post(ROSTER, night(territory.imageur.id))
    elsewhere = login(make_actor(Role.ADMINISTRATOR, StructureFactory()))
    assert territory.imageur.label not in said(elsewhere, ROSTER)
    assert elsewhere.post(ROSTER, night(territory.imageur.id)).status_code == 422
    shift = Shift.objects.get()
    assert elsewhere.post(reverse("rosters:cancel", args=[shift.pk])).status_code == 404
    assert territory.imageur.label not in said(login(territory.outsider), NOW)


def test_a_site_sees_who_answers_and_how(territory: Territory, keeper: Actor, login: Login) -> None:
    requester, technologist = login(territory.requester), login(territory.technologist)
    assert "Personne n’est de garde" in said(requester, NOW)
    client = login(keeper)
    assert "sans personne" in said(client, ROSTER)
    client.post(ROSTER, night(territory.imageur.id))
    for each in (requester, technologist):
        page = said(each, NOW)
        assert territory.imageur.label in page
        assert 'href="tel:0199000009"' in page
        assert "Français, Anglais" in page
        assert "Radiodiagnostic" in page
    client.post(reverse("rosters:cancel", args=[Shift.objects.get().pk]))
    assert "Personne n’est de garde" in said(requester, NOW)


def test_what_is_wrong_is_said_and_what_was_typed_stays(
    territory: Territory, keeper: Actor, login: Login
) -> None:
    client = login(keeper)
    assert client.post(ROSTER, night(territory.imageur.id)).status_code == 302
    again = client.post(ROSTER, night(territory.imageur.id, phone="01 99 00 00 77"))
    assert again.status_code == 422
    page = again.content.decode()
    assert "déjà de garde" in page
    assert "01 99 00 00 77" in page
    wrong = client.post(ROSTER, night(territory.imageur.id, ends_at="2020-01-01T00:00"))
    assert "Une fin après le début" in wrong.content.decode()
    assert Shift.objects.count() == 1


def test_an_empty_telephone_is_the_one_on_record(territory: Territory, keeper: Actor, login: Login) -> None:
    login(keeper).post(ROSTER, night(territory.imageur.id, phone=""))
    assert Shift.objects.get().phone == "01 99 00 00 01"


def test_who_is_saturated_says_it_in_one_touch(territory: Territory, keeper: Actor, login: Login) -> None:
    login(keeper).post(ROSTER, night(territory.imageur.id))
    client = login(territory.imageur)
    assert "Je sature" in said(client, NOW)
    client.post(reverse("rosters:saturate"), {"saturated": "yes"})
    assert "Saturé depuis" in said(login(territory.requester), NOW)
    assert "Appelez d’abord la deuxième ligne" in said(login(territory.technologist), NOW)
    client.post(reverse("rosters:saturate"), {"saturated": "no"})
    assert "Saturé depuis" not in said(login(territory.requester), NOW)


def test_a_hand_over_is_proposed_then_accepted(territory: Territory, login: Login) -> None:
    morning, request = make_actor(Role.IMAGEUR, territory.reader), under_review(territory)
    client, theirs = login(territory.imageur), login(morning)
    assert request.act.patient.display_name in said(client, reverse("rosters:give"))
    answer = client.post(reverse("rosters:give"), {"receiver": str(morning.id), "words": "Lit 3"})
    address = reverse("rosters:hand_over", args=[HandOver.objects.get().pk])
    assert answer.headers["Location"] == address
    assert "La reprendre" in said(client, address)
    assert "Attend d’être acceptée" in said(theirs, NOW)
    third = login(make_actor(Role.IMAGEUR, territory.reader))
    assert third.get(address).status_code == 404
    theirs.post(reverse("rosters:accept", args=[HandOver.objects.get().pk]))
    assert ExamRequest.objects.get(pk=request.pk).reviewer_id == morning.id
    assert f"Acceptée par {morning.label}" in said(client, address)


def test_without_anything_open_the_page_says_so(territory: Territory, login: Login) -> None:
    morning = make_actor(Role.IMAGEUR, territory.reader)
    client = login(territory.imageur)
    assert "Rien n’est ouvert" in said(client, reverse("rosters:give"))
    answer = client.post(reverse("rosters:give"), {"receiver": str(morning.id), "words": ""})
    assert answer.status_code == 422
    assert "rien d’ouvert" in answer.content.decode()
