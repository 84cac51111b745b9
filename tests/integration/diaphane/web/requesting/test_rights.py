"""Who may open the demandeur's pages: refused, anonymous and wrong-site first."""

import pytest
from django.test import Client
from django.urls import reverse

from diaphane.requests.models import ExamRequest, RequestState
from tests.scenes import draft, submitted

from .pages import HTMX, act_url

PAGES = ["list", "rows", "choose_patient", "new_patient"]
ACT_PAGES = ["act", "live", "edit"]
ACT_FORMS = ["submit", "discard", "write", "acknowledge", "cancel", "complete"]

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", PAGES)
def test_a_visitor_is_asked_to_log_in(name):
    answer = Client().get(reverse(f"requesting:{name}"))
    assert answer.status_code == 302
    assert "/compte/" in answer["Location"]


def test_an_ended_session_is_told_to_htmx_without_a_redirect_that_would_lose_the_text(territory):
    request = draft(territory)
    answer = Client().post(act_url("edit", request.act_id), {"question": "x"}, headers=HTMX)
    assert answer.status_code == 401
    assert "Votre session" in answer.content.decode()


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("role", ["technologist", "imageur"])
def test_another_role_is_refused_in_french(territory, login, name, role):
    answer = login(getattr(territory, role)).get(reverse(f"requesting:{name}"))
    assert answer.status_code == 403
    assert "réservée au rôle" in answer.content.decode()
    assert "Médecin demandeur" in answer.content.decode()


@pytest.mark.parametrize("name", [*ACT_PAGES, *ACT_FORMS])
def test_the_technologist_of_the_site_does_not_act_as_demandeur(territory, login, name):
    request = submitted(territory)
    client = login(territory.technologist)
    send = client.get if name in ACT_PAGES else client.post
    assert send(act_url(name, request.act_id)).status_code == 403
    assert ExamRequest.objects.get(pk=request.pk).state == RequestState.SUBMITTED


@pytest.mark.parametrize("name", [*ACT_PAGES, *ACT_FORMS])
def test_another_site_finds_nothing(territory, login, name):
    request = submitted(territory)
    client = login(territory.outsider)
    send = client.get if name in ACT_PAGES else client.post
    assert send(act_url(name, request.act_id), {"text": "bonjour"}).status_code == 404


def test_an_act_that_does_not_exist_looks_like_another_site_s(territory, login):
    answer = login(territory.requester).get(act_url("act", territory.site.pk))
    assert answer.status_code == 404


def test_another_site_does_not_see_the_request_on_its_list(territory, login):
    submitted(territory)
    page = login(territory.outsider).get(reverse("requesting:list")).content.decode()
    assert territory.patient.display_name not in page


@pytest.mark.parametrize("name", ACT_FORMS)
def test_nothing_is_done_by_following_a_link(territory, login, name):
    request = draft(territory)
    assert login(territory.requester).get(act_url(name, request.act_id)).status_code == 405
