"""The imageur's decisions at the table, from the exam's page: whose right, then what they change."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from diaphane.acquisition.models import Exam
from diaphane.acts.queries import list_open_duties
from diaphane.imaging.models import Gateway
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.patients.models import Patient
from tests.integration.diaphane.acquisition.table import arrived, fill_table, finished
from tests.scenes import Territory

Login = Callable[[Actor], Client]
pytestmark = pytest.mark.django_db
PAGES = ("decide_pregnancy", "settle_implants", "prescribe", "look")


def send(client: Client, name: str, exam: Exam, **values: str) -> int:
    address = reverse(f"reports:{name}", args=[exam.act_id])
    return client.post(address, values, headers={"HX-Request": "true"}).status_code


def show(client: Client, exam: Exam) -> str:
    return client.get(reverse("reports:check", args=[exam.act_id])).content.decode()


def concern(territory: Territory) -> None:
    Patient.objects.filter(pk=territory.patient.pk).update(sex="F", birth_date=date(1994, 3, 8))
    territory.patient.refresh_from_db()


@pytest.mark.parametrize("name", PAGES)
def test_only_an_imageur_of_the_act_orders(territory: Territory, login: Login, name: str) -> None:
    exam = arrived(territory)
    for actor, status in ((territory.technologist, 403), (territory.requester, 403)):
        assert send(login(actor), name, exam, text="x") == status


@pytest.mark.parametrize("name", PAGES)
def test_what_is_not_to_be_decided_is_a_conflict(territory: Territory, login: Login, name: str) -> None:
    exam = finished(territory)
    assert send(login(territory.imageur), name, exam, text="Motif", status="none") == 409


def test_a_known_pregnancy_is_decided_with_a_reason(territory: Territory, login: Login) -> None:
    concern(territory)
    exam = arrived(territory)
    fill_table(territory, exam, pregnancy_answer="pregnant")
    client = login(territory.imageur)
    assert "Grossesse : votre décision est attendue" in show(client, exam)
    assert send(client, "decide_pregnancy", exam, text=" ") == 422
    assert send(client, "decide_pregnancy", exam, text="Hors champ") == 204
    assert Exam.objects.get(pk=exam.pk).pregnancy_decision == "Hors champ"
    assert "Grossesse : votre décision est attendue" not in show(client, exam)


def test_an_implant_found_at_the_table_is_settled(territory: Territory, login: Login) -> None:
    exam = arrived(territory, exam_code="MR-STROKE")
    fill_table(territory, exam, implants_answer="unknown_or_new")
    client = login(territory.imageur)
    assert "pas d’IRM tant que vous n’avez pas tranché" in show(client, exam)
    assert send(client, "settle_implants", exam, status="listed", established_by="Dr M") == 422
    values = {"status": "listed", "established_by": "Carte du porteur", "text": "Clip compatible 3 T"}
    assert send(client, "settle_implants", exam, **values) == 204
    assert Exam.objects.get(pk=exam.pk).act.request.implants_known == "listed"


def test_contrast_is_prescribed_from_the_page(territory: Territory, login: Login) -> None:
    exam = arrived(territory, exam_code="CT-PE")
    client = login(territory.imageur)
    assert "Cet examen se fait avec injection" in show(client, exam)
    assert send(client, "prescribe", exam, text="") == 422
    assert send(client, "prescribe", exam, text="Ioméprol 60 mL") == 204
    assert Exam.objects.get(pk=exam.pk).act.request.contrast_prescription == "Ioméprol 60 mL"
    assert not list_open_duties(exam.act).exists()


def test_numbers_that_agree_are_not_complete_before_the_gateway_says_so(
    territory: Territory, login: Login
) -> None:
    gateway = Gateway.objects.create(site=territory.site, ae_title="LISIERE", reported_at=now())
    exam = finished(territory)
    client = login(territory.imageur)
    assert "À jour" in show(client, exam)
    assert "Accepter avec réserve" in show(client, exam)
    gateway.reported_at = now()
    gateway.save()
    assert "Toutes les images sont reçues et vérifiées" in show(client, exam)
    assert "À jour" not in show(client, exam)
