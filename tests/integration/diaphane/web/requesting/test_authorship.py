"""Whose request it is: a secretary never sends alone, an intern names the senior (R64)."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from diaphane.acts.models import Duty, Step
from diaphane.kernel.actors import Role
from diaphane.organisations.models import Membership
from diaphane.requests.authorship_guards import SUPERVISED
from diaphane.requests.models import ExamRequest, RequestState
from diaphane.requests.operations import draft_request
from tests.documents import PDF
from tests.factories import make_actor
from tests.scenes import COMPLETE_REQUEST, draft, submitted

from .pages import HTMX, act_url, post

pytestmark = pytest.mark.django_db
FULL = COMPLETE_REQUEST | {"urgency": "urgent"}


@pytest.fixture
def secretary(territory):
    return make_actor(Role.SECRETARY, territory.site)


@pytest.fixture
def typed(territory, secretary, at):
    """Return what a secretary began to type, its prescriber still to be named."""
    return draft_request(patient=territory.patient, site=territory.site, by=secretary, at=at)


@pytest.fixture
def intern(territory):
    actor = make_actor(Role.REQUESTING_PHYSICIAN, territory.site)
    Membership.objects.filter(user_id=actor.id).update(is_intern=True)
    return actor


def name(client, request, prescriber, *, origin="paper"):
    return post(client, "prescriber", request.act_id, prescriber=str(prescriber), origin=origin)


def scan(client, request, kind="prescription"):
    told = {"kind": kind, "words": "", "document": SimpleUploadedFile("ordonnance.pdf", PDF)}
    return client.post(reverse("attachments:add", args=[request.act_id]), told, headers=HTMX)


def test_a_secretary_of_another_site_finds_nothing(territory, login, typed):
    stranger = login(make_actor(Role.SECRETARY, territory.reader))
    assert stranger.get(act_url("edit", typed.act_id)).status_code == 404
    assert name(stranger, typed, territory.requester.id).status_code == 404


def test_a_physician_names_no_prescriber(territory, login, typed):
    assert name(login(territory.requester), typed, territory.requester.id).status_code == 403


def test_a_secretary_touches_no_physician_s_draft(territory, login, secretary):
    request, client = draft(territory), login(secretary)
    assert post(client, "edit", request.act_id, **FULL | {"question": "Autre"}).status_code == 403
    assert name(client, request, territory.requester.id).status_code == 403
    assert post(client, "discard", request.act_id).status_code == 403
    assert ExamRequest.objects.get() == request
    assert ExamRequest.objects.get().question == COMPLETE_REQUEST["question"]


def test_nobody_else_than_a_physician_of_the_site_prescribes(territory, login, secretary, typed):
    client = login(secretary)
    for person in (territory.technologist.id, territory.outsider.id, secretary.id, ""):
        assert name(client, typed, person).status_code == 422
    assert name(client, typed, territory.requester.id, origin="form").status_code == 422
    assert not ExamRequest.objects.get().has_prescriber


def test_without_a_prescriber_it_does_not_leave(territory, login, secretary, typed):
    answer = post(login(secretary), "submit", typed.act_id, **FULL)
    assert answer.status_code == 422
    assert "Au nom de qui la demande est saisie" in answer.content.decode()


def test_typed_by_a_secretary_it_waits_for_its_prescriber_who_is_the_author(
    territory, login, secretary, typed
):
    client = login(secretary)
    assert name(client, typed, territory.requester.id, origin="phone").status_code == 204
    refused = post(client, "submit", typed.act_id, **FULL)
    assert refused.status_code == 422
    assert "La confirmation du prescripteur" in refused.content.decode()
    colleague = login(make_actor(Role.REQUESTING_PHYSICIAN, territory.site))
    assert post(colleague, "submit", typed.act_id, **FULL).status_code == 422
    prescriber = login(territory.requester)
    assert "Confirmer ce qui a été saisi" in prescriber.get(reverse("requesting:list")).content.decode()
    assert secretary.label in prescriber.get(act_url("edit", typed.act_id)).content.decode()
    assert post(prescriber, "submit", typed.act_id, **FULL).status_code == 204
    sent = ExamRequest.objects.get()
    assert (sent.state, sent.author_id) == (RequestState.SUBMITTED, territory.requester.id)
    assert (sent.transcriber_id, sent.origin) == (secretary.id, "phone")
    assert Step.objects.get(transition="submit").actor_id == territory.requester.id


def test_with_the_signed_prescription_scanned_the_secretary_sends_it(territory, login, secretary, typed):
    client = login(secretary)
    name(client, typed, territory.requester.id)
    assert scan(client, typed, kind="letter").status_code == 204
    assert post(client, "submit", typed.act_id, **FULL).status_code == 422
    assert scan(client, typed).status_code == 204
    assert post(client, "submit", typed.act_id, **FULL).status_code == 204
    imageur = login(territory.imageur)
    page = imageur.get(reverse("reading_room:act", args=[typed.act_id])).content.decode()
    for words in (territory.requester.label, secretary.label, "Ordonnance signée, numérisée"):
        assert words in page


def test_a_vital_emergency_is_never_sent_by_a_secretary(territory, login, secretary, typed):
    client = login(secretary)
    name(client, typed, territory.requester.id)
    scan(client, typed)
    answer = post(client, "submit", typed.act_id, **FULL | {"urgency": "vital"})
    assert answer.status_code == 422
    assert "demande flash" in answer.content.decode()


def test_a_secretary_follows_and_decides_nothing(territory, login, secretary):
    request, client = submitted(territory, urgency="vital", history=""), login(secretary)
    page = client.get(act_url("act", request.act_id)).content.decode()
    assert "Votre message" not in page
    assert "À régulariser" not in page
    for each in ("write", "complete", "cancel", "acknowledge", "answer_safety"):
        assert post(client, each, request.act_id, text="non").status_code == 403
    assert client.get(reverse("requesting:flash")).status_code == 403


def test_an_intern_s_request_waits_for_the_senior_shown_to_the_radiologist(territory, login, intern, at):
    request = draft_request(patient=territory.patient, site=territory.site, by=intern, at=at)
    client = login(intern)
    refused = post(client, "submit", request.act_id, **FULL)
    assert refused.status_code == 422
    assert "Le senior qui supervise l’interne" in refused.content.decode()
    for person in (intern.id, territory.technologist.id, ""):
        assert post(client, "supervisor", request.act_id, supervisor=str(person)).status_code == 422
    senior = territory.requester
    assert post(client, "supervisor", request.act_id, supervisor=str(senior.id)).status_code == 204
    assert post(client, "submit", request.act_id, **FULL).status_code == 204
    imageur = login(territory.imageur)
    page = imageur.get(reverse("reading_room:act", args=[request.act_id])).content.decode()
    assert "Senior de l’interne" in page
    assert senior.label in page


def test_in_a_vital_emergency_the_senior_is_owed_then_named(territory, login, intern, at):
    request = draft_request(patient=territory.patient, site=territory.site, by=intern, at=at)
    client = login(intern)
    assert post(client, "submit", request.act_id, **FULL | {"urgency": "vital"}).status_code == 204
    assert "Senior qui supervise" in client.get(act_url("act", request.act_id)).content.decode()
    senior = str(territory.requester.id)
    assert post(client, "supervisor", request.act_id, supervisor=senior).status_code == 204
    assert Duty.objects.get(guard=SUPERVISED.code).state == Duty.State.DONE
    assert post(client, "supervisor", request.act_id, supervisor=senior).status_code == 409


def test_a_physician_who_is_no_intern_names_nobody(territory, login):
    page = login(territory.requester).get(act_url("edit", draft(territory).act_id)).content.decode()
    assert "Senior qui supervise" not in page
