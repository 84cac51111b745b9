"""Who may open the imageur's pages of a request: refused, anonymous and wrong-site first."""

import pytest
from django.test import Client
from django.urls import reverse

from diaphane.kernel.actors import Role
from diaphane.requests.models import ExamRequest, RequestState
from tests.factories import StructureFactory, make_actor, put_out_of_order
from tests.scenes import draft, submitted, under_review

from .pages import act_url, post

PAGES = ["act", "live"]
FORMS = ["take", "release", "write", "validate", "refuse"]

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["list", "rows"])
def test_a_visitor_is_asked_to_log_in(name):
    assert "/compte/" in Client().get(reverse(f"reading_room:{name}"))["Location"]


@pytest.mark.parametrize("role", ["requester", "technologist"])
def test_another_role_is_refused_in_french(territory, login, role):
    answer = login(getattr(territory, role)).get(reverse("reading_room:list"))
    assert answer.status_code == 403
    assert "Radiologue" in answer.content.decode()


@pytest.mark.parametrize("name", FORMS)
def test_the_demandeur_does_not_decide_on_the_request(territory, login, name):
    request = under_review(territory)
    assert post(login(territory.requester), name, request.act_id).status_code == 403
    assert ExamRequest.objects.get().state == RequestState.UNDER_REVIEW


@pytest.mark.parametrize("name", [*PAGES, *FORMS])
def test_an_imageur_of_another_structure_finds_nothing(territory, login, name):
    request = submitted(territory)
    client = login(make_actor(Role.IMAGEUR, StructureFactory()))
    send = client.get if name in PAGES else client.post
    assert send(act_url(name, request.act_id), {"text": "bonjour"}).status_code == 404


@pytest.mark.parametrize("name", [*PAGES, *FORMS])
def test_a_draft_is_not_open_to_the_imageur_yet(territory, login, name):
    request = draft(territory)
    client = login(territory.imageur)
    send = client.get if name in PAGES else client.post
    assert send(act_url(name, request.act_id), {"text": "bonjour"}).status_code == 404


@pytest.mark.parametrize("name", FORMS)
def test_nothing_is_done_by_following_a_link(territory, login, name):
    request = submitted(territory)
    assert login(territory.imageur).get(act_url(name, request.act_id)).status_code == 405


@pytest.mark.parametrize(
    ("kind", "words"),
    [("registration", "Inscription à l’Ordre"), ("insurance", "Assurance professionnelle")],
)
def test_an_imageur_not_in_order_is_told_who_can_put_it_right(territory, login, kind, words):
    request = submitted(territory)
    put_out_of_order(territory.imageur, kind)
    answer = post(login(territory.imageur), "take", request.act_id)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "Mon dossier professionnel" in answer.content.decode()
    assert ExamRequest.objects.get().state == RequestState.SUBMITTED
