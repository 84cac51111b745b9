"""A patient understands their exam before it, says so, and may say no until it starts (R52–R57, R60)."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from diaphane.acquisition.models import Exam, ExamState
from diaphane.consents.queries import list_given_sheets
from diaphane.kernel.actors import Actor
from tests.factories import PatientFactory, make_patient_actor
from tests.integration.diaphane.acquisition.table import planned, started
from tests.integration.diaphane.web.technologist.pages import text_of
from tests.scenes import Territory

Login = Callable[[Actor], Client]


def at(name: str, exam: Exam) -> str:
    return reverse(f"patient:{name}", args=[exam.act_id])


@pytest.mark.parametrize("name", ["read_sheets", "say_no"])
def test_another_patient_or_a_professional_finds_nothing(
    territory: Territory, login: Login, name: str
) -> None:
    exam = planned(territory)
    assert "/compte/" in Client().get(at("information", exam))["Location"]
    assert login(territory.technologist).get(at("information", exam)).status_code == 403
    other = login(make_patient_actor(PatientFactory()))
    assert other.get(at("information", exam)).status_code == 404
    assert other.post(at(name, exam), {"subject": "act"}).status_code == 404
    assert Exam.objects.get(pk=exam.pk).state == exam.state


def test_the_patient_reads_the_sheets_and_says_so_once(territory: Territory, login: Login) -> None:
    exam, client = planned(territory), login(make_patient_actor(territory.patient))
    assert at("information", exam) in text_of(client.get(reverse("patient:home")))
    said = text_of(client.get(at("information", exam)))
    for expected in ("Le scanner", "Un radiologue qui lit vos images de loin", "Vous pouvez dire non."):
        assert expected in said
    for _tap in range(2):
        client.post(at("read_sheets", exam))
    assert "que vous avez lu" in text_of(client.get(at("information", exam)))
    assert {each.key for each in list_given_sheets(exam.act)} == {"ct@1", "distance@1"}


def test_the_patient_says_no_and_finds_it_recorded(territory: Territory, login: Login) -> None:
    exam, client = planned(territory), login(make_patient_actor(territory.patient))
    assert client.post(at("say_no", exam), {"subject": "weather"}).status_code == 422
    client.post(at("say_no", exam), {"subject": "act", "words": "J’ai changé d’avis"})
    assert Exam.objects.get(pk=exam.pk).state == ExamState.CANCELLED
    said = text_of(client.get(at("information", exam)))
    assert "Votre non est enregistré" in said
    assert "Dire non, et tout arrêter" not in said


def test_once_started_the_page_offers_no_button_and_the_no_is_refused_in_words(
    territory: Territory, login: Login
) -> None:
    exam, client = started(territory), login(make_patient_actor(territory.patient))
    assert "Dire non, et tout arrêter" not in text_of(client.get(at("information", exam)))
    refused = client.post(at("say_no", exam), {"subject": "act"})
    assert refused.status_code == 409
    assert "dites-le à la personne près de vous" in text_of(refused)
