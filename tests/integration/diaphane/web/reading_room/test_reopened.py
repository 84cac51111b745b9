"""A new fact comes back to the imageurs: their list, the request, the decision to make again (R69, R85)."""

import pytest
from django.test import Client
from django.urls import reverse

from diaphane.acquisition.asking import Told, answer_at_table
from diaphane.acquisition.models import Exam
from diaphane.kernel.actors import Role
from diaphane.kernel.clock import now
from diaphane.requests.models import ExamRequest, RequestState
from diaphane.requests.safety_models import SafetyAnswer
from tests.factories import StructureFactory, make_actor
from tests.integration.diaphane.acquisition.table import IOMEPROL, planned, ready

from .pages import act_url, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def reopened(territory) -> Exam:
    exam = ready(territory, exam_code="CT-PE", contrast=IOMEPROL)
    told = Told({"iodine_reaction": "immediate"}, "relative")
    answer_at_table(exam=exam, told=told, by=territory.technologist, at=now())
    return exam


def test_a_visitor_another_structure_and_another_role_settle_nothing(territory, login, reopened) -> None:
    values = {"question": "iodine_reaction", "value": "none", "motive": "Oui"}
    stranger = make_actor(Role.IMAGEUR, StructureFactory())
    assert post(Client(), "settle_difference", reopened.act_id, **values).status_code == 401
    assert post(login(stranger), "settle_difference", reopened.act_id, **values).status_code == 404
    assert post(login(territory.requester), "settle_difference", reopened.act_id, **values).status_code == 403
    assert not SafetyAnswer.objects.filter(moment="settled").exists()


def test_the_list_and_every_page_of_the_act_say_it(territory, login, reopened) -> None:
    client = login(territory.imageur)
    assert "Fait nouveau" in client.get(reverse("reading_room:list")).content.decode()
    page = client.get(act_url("act", reopened.act_id)).content.decode()
    assert "Protocole suspendu par un fait nouveau" in page
    assert "Réponses de sécurité qui diffèrent" in page
    followed = client.get(reverse("reports:check", args=[reopened.act_id])).content.decode()
    assert "Décider à nouveau" in followed
    asked = login(territory.requester).get(reverse("requesting:act", args=[reopened.act_id])).content.decode()
    assert "Protocole suspendu par un fait nouveau" in asked


def test_the_imageur_decides_again_from_what_was_decided_with_a_new_motive(
    territory, login, reopened
) -> None:
    client, act_id = login(territory.imageur), reopened.act_id
    assert post(client, "take", act_id).status_code == 204
    page = client.get(act_url("act", act_id)).content.decode()
    assert "Hélice sans injection" in page[page.index('name="protocol"') :]
    values = {"protocol": "Hélice", "contrast_prescription": IOMEPROL, "granted_urgency": "urgent"}
    assert post(client, "validate", act_id, **values, review_reason="").status_code == 422
    motive = {"review_reason": "", "safety_motive": "Prémédication"}
    assert post(client, "validate", act_id, **values, **motive).status_code == 204
    request = ExamRequest.objects.get(act_id=act_id)
    assert (request.state, request.is_suspended) == (RequestState.VALIDATED, False)
    settled = {"question": "iodine_reaction", "value": "immediate", "motive": "Sa carte le dit"}
    assert post(client, "settle_difference", act_id, **settled).status_code == 204
    assert "Protocole suspendu" not in client.get(act_url("act", act_id)).content.decode()


@pytest.mark.parametrize("who", ["requester", "imageur"])
def test_a_new_fact_is_noted_on_a_validated_request(territory, login, who) -> None:
    exam = planned(territory, exam_code="CT-PE", contrast=IOMEPROL)
    client = login(getattr(territory, who))
    space = "requesting" if who == "requester" else "reading_room"
    page = client.get(reverse(f"{space}:act", args=[exam.act_id])).content.decode()
    assert "Noter un fait nouveau" in page
    values = {"safety_informant": "record", "safety_thyroid": "overt"}
    address = reverse(f"{space}:answer_safety", args=[exam.act_id])
    client.post(address, values, headers={"HX-Request": "true"})
    assert ExamRequest.objects.get(act_id=exam.act_id).is_suspended
