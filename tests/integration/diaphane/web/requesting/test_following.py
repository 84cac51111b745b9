"""Follow a request: question answered, refusal acknowledged, what a vital emergency owed (R72, R74)."""

import pytest
from django.urls import reverse

from diaphane.acts.models import Duty, Step
from diaphane.audit.models import Entry
from diaphane.conversations.models import Message
from diaphane.conversations.operations import ask_question
from diaphane.requests.models import ExamRequest, RequestState
from diaphane.requests.operations import LEASE, draft_request, save_draft, submit_request
from tests.scenes import draft, refused, submitted, under_review, validated

from .pages import HTMX, act_url, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(territory, at):
    request = under_review(territory)
    ask_question(request=request, text="Sous anticoagulant ?", by=territory.imageur, at=at)
    return ExamRequest.objects.get()


@pytest.mark.parametrize(("text", "words"), [("  ", "Le message est vide"), ("a" * 5001, "trop long")])
def test_a_message_without_words_or_without_end_is_refused(territory, login, asked, text, words):
    answer = post(login(territory.requester), "write", asked.act_id, text=text)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Message.objects.count() == 1
    assert ExamRequest.objects.get().state == RequestState.AWAITING_ANSWER


def test_a_refusal_is_not_acknowledged_twice(territory, login):
    request = refused(territory)
    client = login(territory.requester)
    assert post(client, "acknowledge", request.act_id).status_code == 204
    again = post(client, "acknowledge", request.act_id)
    assert again.status_code == 409
    assert "C’est déjà fait" in again.content.decode()


def test_a_validated_request_is_not_cancelled_from_here(territory, login):
    request = validated(territory)
    answer = post(login(territory.requester), "cancel", request.act_id, text="Patient transféré")
    assert answer.status_code == 409
    assert "n’est plus possible" in answer.content.decode()


def test_the_question_arrives_with_the_live_parts(territory, login, asked):
    page = login(territory.requester).get(act_url("live", asked.act_id)).content.decode()
    assert "Sous anticoagulant ?" in page
    assert "Le radiologue vous pose une question" in page
    assert "Votre réponse au radiologue" in page


def test_the_answer_gives_the_request_back_to_the_imageur_for_the_full_time(territory, login, asked):
    answer = post(login(territory.requester), "write", asked.act_id, text="Oui, apixaban.")
    assert "Oui, apixaban." in answer.content.decode()
    moved = ExamRequest.objects.get()
    assert moved.state == RequestState.UNDER_REVIEW
    assert moved.lease_until > asked.lease_until
    assert moved.lease_until - asked.lease_until < LEASE
    assert Message.objects.filter(kind="answer").count() == 1


def test_words_sent_when_nothing_is_asked_are_a_message(territory, login):
    request = submitted(territory)
    post(login(territory.requester), "write", request.act_id, text="Le patient vomit.")
    assert Message.objects.get().kind == Message.Kind.REMARK
    assert ExamRequest.objects.get().state == RequestState.SUBMITTED


def test_markup_in_a_message_stays_words(territory, login):
    request = submitted(territory)
    answer = post(login(territory.requester), "write", request.act_id, text="<script>alert(1)</script>")
    assert "<script>" not in answer.content.decode()
    assert "&lt;script&gt;" in answer.content.decode()


def test_the_refusal_shows_its_motive_its_words_and_what_is_proposed(territory, login):
    request = refused(territory)
    page = login(territory.requester).get(act_url("act", request.act_id)).content.decode()
    for words in (
        "Un examen récent répond déjà",
        "Un scanner d’il y a deux heures",
        "Relecture du premier scanner.",
        "J’ai pris connaissance du refus",
    ):
        assert words in page


def test_acknowledging_the_refusal_settles_what_was_owed(territory, login):
    request = refused(territory)
    post(login(territory.requester), "acknowledge", request.act_id)
    assert ExamRequest.objects.get().refusal_acknowledged_at is not None
    assert not Duty.objects.filter(state="open").exists()


def test_a_cancelled_request_keeps_its_reason_in_the_history(territory, login):
    request = submitted(territory)
    client = login(territory.requester)
    assert post(client, "cancel", request.act_id, text="Patient transféré").status_code == 204
    assert "Patient transféré" in client.get(act_url("act", request.act_id)).content.decode()
    assert Step.objects.get(transition="cancel").reason == "Patient transféré"


@pytest.fixture
def flash(territory, at):
    request = draft_request(patient=territory.patient, site=territory.site, by=territory.requester, at=at)
    values = {"exam_code": "CT-STROKE", "question": "AVC ?", "callback_phone": "01 99 00 00 02"}
    save_draft(request=request, values=values, urgency="vital", by=territory.requester, at=at)
    return submit_request(request=request, by=territory.requester, at=at)


def test_what_the_emergency_let_wait_is_asked_for_on_the_page(territory, login, flash):
    page = login(territory.requester).get(act_url("act", flash.act_id)).content.decode()
    assert "À régulariser" in page
    assert 'name="risks"' in page
    assert 'name="question"' not in page


def test_an_absurd_completion_is_refused_and_writes_nothing(territory, login, flash):
    answer = post(login(territory.requester), "complete", flash.act_id, risks="a" * 100_000, biology="aucune")
    assert answer.status_code == 422
    assert "trop long" in answer.content.decode()
    assert ExamRequest.objects.get().biology == ""


def test_completing_settles_what_then_holds_and_leaves_the_rest_owed(territory, login, flash):
    client = login(territory.requester)
    answers = {"risks": "aucun connu", "biology": "aucune", "prior_imaging": "aucun", "question": "autre"}
    assert post(client, "complete", flash.act_id, **answers).status_code == 204
    kept = ExamRequest.objects.get()
    assert (kept.risks, kept.question) == ("aucun connu", "AVC ?")
    open_guards = set(Duty.objects.filter(state="open").values_list("guard", flat=True))
    assert "request.safety" not in open_guards
    assert "request.distance" in open_guards


def test_the_patient_informed_afterwards_settles_r59(territory, login, at):
    request = draft(territory, information="impossible")
    submit_request(request=request, by=territory.requester, at=at)
    client = login(territory.requester)
    there = reverse("consents:agreements", args=[request.act_id])
    assert there in client.get(act_url("act", request.act_id)).content.decode()
    assert "Le patient reste à informer" in client.get(there).content.decode()
    informed = {"means": "paper", "recipient": "patient"}
    client.post(reverse("consents:inform", args=[request.act_id]), informed)
    assert not Duty.objects.filter(state="open", requirement="R59").exists()


def test_the_list_puts_what_waits_for_the_physician_first(territory, login):
    refused(territory)
    submitted(territory)
    page = login(territory.requester).get(reverse("requesting:list")).content.decode()
    assert page.index("À vous") < page.index("Lire le refus") < page.index("En cours")


def test_following_a_draft_leads_to_its_form_and_a_list_without_requests_says_what_to_do(territory, login):
    client = login(territory.requester)
    assert "Aucune demande" in client.get(reverse("requesting:rows")).content.decode()
    request = draft(territory)
    assert client.get(act_url("act", request.act_id))["Location"] == act_url("edit", request.act_id)


def test_following_a_request_is_recorded_once_per_session(territory, login):
    request = submitted(territory)
    client = login(territory.requester)
    for name in ("act", "act", "live"):
        client.get(act_url(name, request.act_id), headers=HTMX)
    assert Entry.objects.filter(action="viewed.act", act_id=request.act_id).count() == 1
