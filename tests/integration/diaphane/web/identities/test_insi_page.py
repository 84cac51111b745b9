"""The page that asks the national service: what it takes, and each failure with its way out (R40, R43)."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from diaphane.audit.models import Entry
from diaphane.kernel.actors import Actor, Role
from diaphane.patients.insi import NoAnswerError, Question, Reply
from diaphane.patients.models import Patient
from tests.factories import StructureFactory, make_actor
from tests.insi import LocalInsi
from tests.integration.diaphane.patients.test_insi import register, someone
from tests.scenes import Territory

pytestmark = pytest.mark.django_db
Login = Callable[[Actor], Client]
_KNOWN: list[LocalInsi] = []


class Silent:
    """A service that is away."""

    def find(self, question: Question) -> Reply:
        raise NoAnswerError


def stand_in() -> LocalInsi:
    """Return the service of the test."""
    return _KNOWN[-1]


def declare(settings: object, service: LocalInsi) -> None:
    _KNOWN.append(service)
    settings.NATIONAL_SERVICE = f"{__name__}.stand_in"  # type: ignore[attr-defined]


def address(patient: Patient) -> str:
    return reverse("identities:insi", args=[patient.pk])


def test_another_site_and_another_role_ask_nothing(
    territory: Territory, login: Login, settings: object
) -> None:
    patient, service = register(territory), LocalInsi([someone(1)])
    declare(settings, service)
    assert Client().post(address(patient)).status_code == 302
    assert login(territory.imageur).post(address(patient)).status_code == 403
    elsewhere = make_actor(Role.TECHNOLOGIST, StructureFactory())
    assert login(elsewhere).post(address(patient)).status_code == 404
    assert service.asked == []


def test_the_one_identity_is_retrieved_and_a_document_qualifies_it(
    territory: Territory, login: Login, settings: object
) -> None:
    patient, client = register(territory), login(territory.technologist)
    declare(settings, LocalInsi([someone(1)]))
    page = client.get(address(patient)).content.decode()
    assert "Lefèvre" in page
    assert 'type="text"' not in page
    assert "99999" not in page
    assert "lieu non connu" in page
    assert client.post(address(patient))["Location"] == address(patient)
    confirmed = client.get(address(patient)).content.decode()
    assert "Le téléservice national a confirmé cette identité" in confirmed
    assert f"demandé par {territory.technologist.label}" in confirmed
    assert "75101" in confirmed
    patient.refresh_from_db()
    assert patient.identity_status == "retrieved"
    assert not patient.national_ins
    client.post(reverse("identities:document", args=[patient.pk]), {"kind": "passport"})
    patient.refresh_from_db()
    assert patient.identity_status == "qualified"


def test_each_failure_is_explained_and_changes_nothing(
    territory: Territory, login: Login, settings: object
) -> None:
    patient = register(territory, birth_place_code="69381")
    client = login(territory.technologist)
    twins = LocalInsi([someone(1, place="69381"), someone(2, place="69381")])
    other = LocalInsi([someone(1, place="75101")])
    for service, status, said in (
        (LocalInsi([]), 409, "ne connaît personne"),
        (twins, 409, "plusieurs personnes"),
        (other, 422, "d’autres traits"),
    ):
        declare(settings, service)
        answer = client.post(address(patient))
        assert answer.status_code == status, said
        assert said in answer.content.decode()
        assert reverse("identities:correct", args=[patient.pk]) in answer.content.decode()
    settings.NATIONAL_SERVICE = f"{__name__}.Silent"  # type: ignore[attr-defined]
    assert "ne répond pas" in client.post(address(patient)).content.decode()
    settings.NATIONAL_SERVICE = ""  # type: ignore[attr-defined]
    closed = client.post(address(patient))
    assert (closed.status_code, "n’est pas ouvert" in closed.content.decode()) == (503, True)
    patient.refresh_from_db()
    assert (patient.identity_status, patient.ins) == ("provisional", "")
    codes = Entry.objects.filter(action="identity.insi_asked").order_by("id")
    assert [each.detail["code"] for each in codes] == ["01", "02", "00", "away"]
