"""The imageur's work on a request: take, ask, validate, refuse (R69, R72–R76)."""

import pytest
from django.urls import reverse

from diaphane.acts.models import Act, Step
from diaphane.audit.models import Entry
from diaphane.conversations.models import Message
from diaphane.kernel.actors import Role
from diaphane.requests.models import ExamRequest, RequestState
from diaphane.requests.operations import release_request, take_request
from tests.factories import make_actor
from tests.scenes import refused, submitted, under_review, validated

from .pages import HTMX, act_url, post

pytestmark = pytest.mark.django_db

VALIDATION = {
    "protocol": "Hélice sans injection",
    "granted_urgency": "urgent",
    "review_reason": "",
}
LOWER = {"granted_urgency": "delayed", "urgency_words": "Score de Wells bas, D-dimères négatifs"}
REFUSAL = {
    "refusal_motive": "redundant",
    "refusal_words": "Un scanner récent répond déjà.",
    "alternative": "Relecture du premier scanner.",
}


@pytest.fixture
def colleague(territory):
    return make_actor(Role.IMAGEUR, territory.reader)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"protocol": " "}, "Le protocole de l’examen"),
        ({"granted_urgency": ""}, "Le degré d’urgence accordé"),
        ({"granted_urgency": "demain"}, "choix valide"),
        ({"protocol": "a" * 100_000}, "trop long"),
    ],
)
def test_a_validation_that_lacks_something_is_refused_in_french(territory, login, values, words):
    request = under_review(territory)
    answer = post(login(territory.imageur), "validate", request.act_id, **VALIDATION | values)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    kept = ExamRequest.objects.get()
    assert (kept.state, kept.protocol) == (RequestState.UNDER_REVIEW, "")


@pytest.mark.parametrize("pregnancy", ["possible", "pregnant"])
def test_a_possible_pregnancy_is_weighed_in_writing_before_validating(territory, login, pregnancy):
    request = under_review(territory, pregnancy=pregnancy)
    client = login(territory.imageur)
    assert 'name="review_reason"' in client.get(act_url("act", request.act_id)).content.decode()
    answer = post(client, "validate", request.act_id, **VALIDATION)
    assert answer.status_code == 422
    assert "Grossesse possible" in answer.content.decode()
    reason = "Pronostic vital ; collimation réduite"
    assert (
        post(client, "validate", request.act_id, **VALIDATION | {"review_reason": reason}).status_code == 204
    )


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"refusal_motive": ""}, "Le motif du refus"),
        ({"refusal_words": ""}, "Le refus expliqué en clair"),
        ({"alternative": ""}, "Ce qui est proposé à la place"),
        ({"refusal_motive": "fatigue"}, "choix valide"),
    ],
)
def test_a_refusal_without_its_motive_or_alternative_is_refused(territory, login, values, words):
    request = under_review(territory)
    answer = post(login(territory.imageur), "refuse", request.act_id, **REFUSAL | values)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert ExamRequest.objects.get().state == RequestState.UNDER_REVIEW


@pytest.mark.parametrize(("name", "values"), [("validate", VALIDATION), ("refuse", REFUSAL)])
def test_a_colleague_s_request_is_not_decided_upon(territory, login, colleague, name, values):
    request = under_review(territory)
    answer = post(login(colleague), name, request.act_id, **values)
    assert answer.status_code == 422
    assert "Un autre radiologue examine cette demande" in answer.content.decode()


def test_two_imageurs_who_take_at_once_do_not_both_get_it(territory, login, colleague):
    request = submitted(territory)
    assert post(login(territory.imageur), "take", request.act_id).status_code == 204
    second = post(login(colleague), "take", request.act_id)
    assert second.status_code == 409
    assert "n’est plus possible" in second.content.decode()
    assert ExamRequest.objects.get().reviewer_id == territory.imageur.id


@pytest.mark.parametrize(
    ("asked", "settled", "field"),
    [
        ({"implants": "unknown"}, {}, "implants_settled"),
        ({"implants": "unknown"}, {"implants_settled": "unknown"}, "implants_settled"),
        ({"implants": "unknown"}, {"implants_settled": "none"}, "implants_by"),
        ({"implants": "listed", "implants_details": "Stimulateur"}, {}, "implants_conditions"),
    ],
)
def test_an_mri_is_not_validated_while_its_implants_are_not_settled(territory, login, asked, settled, field):
    request = under_review(territory, exam_code="MR-STROKE", **asked)
    client = login(territory.imageur)
    assert f'name="{field}"' in client.get(act_url("act", request.act_id)).content.decode()
    answer = post(client, "validate", request.act_id, **VALIDATION | settled)
    assert answer.status_code == 422
    assert f"#id_{field}" in answer.content.decode()


def test_implants_settled_by_the_imageur_let_the_mri_go(territory, login):
    request = under_review(territory, exam_code="MR-STROKE", implants="unknown")
    settled = {"implants_settled": "none", "implants_by": "Sa fille, par téléphone, et le dossier"}
    assert (
        post(login(territory.imageur), "validate", request.act_id, **VALIDATION | settled).status_code == 204
    )


def test_a_colleague_s_request_is_put_back_only_with_a_reason(territory, login, colleague):
    request = under_review(territory)
    client = login(colleague)
    assert post(client, "release", request.act_id).status_code == 422
    assert post(client, "release", request.act_id, text="Il est au bloc").status_code == 204
    assert Step.objects.get(transition="release").reason == "Il est au bloc"


def test_a_double_click_takes_once(territory, login):
    request = submitted(territory)
    client = login(territory.imageur)
    assert [post(client, "take", request.act_id).status_code for _ in range(2)] == [204, 204]
    assert Step.objects.filter(transition="take").count() == 1


def test_a_double_click_validates_once_and_the_second_is_told_so(territory, login):
    request = under_review(territory)
    client = login(territory.imageur)
    answers = [post(client, "validate", request.act_id, **VALIDATION) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [204, 409]
    assert Step.objects.filter(transition="validate").count() == 1


def test_a_decision_after_the_lease_ran_out_is_refused_and_the_page_keeps_its_text(territory, login, at):
    request = under_review(territory)
    release_request(request=request, by=territory.imageur, at=at)
    answer = post(login(territory.imageur), "validate", request.act_id, **VALIDATION)
    assert answer.status_code == 409
    assert "HX-Redirect" not in answer


@pytest.mark.parametrize(("kind", "text"), [("question", " "), ("remark", ""), ("question", "a" * 5001)])
def test_an_empty_or_endless_message_is_refused(territory, login, kind, text):
    request = under_review(territory)
    assert post(login(territory.imageur), "write", request.act_id, kind=kind, text=text).status_code == 422
    assert ExamRequest.objects.get().state == RequestState.UNDER_REVIEW


def test_a_question_waits_for_its_answer(territory, login):
    request = under_review(territory)
    client = login(territory.imageur)
    answer = post(client, "write", request.act_id, kind="question", text="Créatinine ?", stance="mine")
    page = answer.content.decode()
    assert "Créatinine ?" in page
    assert "Réponse attendue" in page
    assert 'id="decision"' not in page  # the protocol half typed there stays
    assert ExamRequest.objects.get().state == RequestState.AWAITING_ANSWER


def test_an_answer_heard_on_the_telephone_is_noted_by_the_imageur(territory, login):
    request = under_review(territory)
    client = login(territory.imageur)
    post(client, "write", request.act_id, kind="question", text="Créatinine ?")
    post(client, "write", request.act_id, kind="answer", text="80 µmol/L, par téléphone")
    assert ExamRequest.objects.get().state == RequestState.UNDER_REVIEW
    assert Message.objects.filter(kind="answer").count() == 1


def test_a_validated_request_shows_its_protocol_and_the_urgency_granted(territory, login):
    request = under_review(territory, urgency="urgent")
    client = login(territory.imageur)
    answer = post(client, "validate", request.act_id, **VALIDATION | LOWER)
    assert answer["HX-Redirect"] == act_url("act", request.act_id)
    page = client.get(act_url("act", request.act_id)).content.decode()
    assert "La demande est validée" in page
    assert "Hélice sans injection" in page
    assert Act.objects.get().granted_urgency == "delayed"
    assert Act.objects.get().requested_urgency == "urgent"


def test_a_refusal_reaches_the_demandeur_s_page(territory, login):
    request = under_review(territory)
    post(login(territory.imageur), "refuse", request.act_id, **REFUSAL)
    page = login(territory.requester).get(reverse("requesting:act", args=[request.act_id])).content.decode()
    assert "Un scanner récent répond déjà." in page


def test_a_request_put_back_can_be_taken_by_a_colleague(territory, login, colleague):
    request = under_review(territory)
    assert post(login(territory.imageur), "release", request.act_id).status_code == 204
    assert post(login(colleague), "take", request.act_id).status_code == 204


def test_the_live_parts_bring_the_decision_only_when_it_is_no_longer_the_one_shown(territory, login, at):
    request = submitted(territory)
    client = login(territory.imageur)
    address = act_url("live", request.act_id)
    assert 'id="decision"' not in client.get(address, {"stance": "free"}).content.decode()
    take_request(request=request, by=territory.imageur, at=at)
    changed = client.get(address, {"stance": "free"}).content.decode()
    assert 'id="decision"' in changed
    assert "Valider la demande" in changed
    assert 'id="decision"' not in client.get(address, {"stance": "mine"}).content.decode()


def test_the_page_shows_the_whole_request_on_one_screen(territory, login):
    request = submitted(territory)
    page = login(territory.imageur).get(act_url("act", request.act_id)).content.decode()
    for name in ("question", "history", "antecedents", "justification", "risks", "biology", "callback_phone"):
        assert getattr(request, name) in page
    assert territory.site.name in page
    assert "Prendre la demande" in page
    assert "Suivi des exigences" in page


@pytest.mark.parametrize("make", [validated, refused])
def test_a_decided_request_offers_no_decision_any_more(territory, login, make):
    request = make(territory)
    page = login(territory.imageur).get(act_url("act", request.act_id)).content.decode()
    assert "Prendre la demande" not in page.replace("Prendre la demande</div>", "")
    assert 'id="validate"' not in page


def test_the_list_shows_the_most_urgent_first_then_the_oldest(territory, login):
    for urgency, question in (("scheduled", "Bilan"), ("vital", "AVC"), ("urgent", "Fracture")):
        submitted(territory, urgency=urgency, question=question)
    page = login(territory.imageur).get(reverse("reading_room:list")).content.decode()
    assert page.index("AVC") < page.index("Fracture") < page.index("Bilan")
    assert "0 min" in page


def test_an_empty_list_says_so(territory, login):
    page = login(territory.imageur).get(reverse("reading_room:rows"), headers=HTMX).content.decode()
    assert "Rien n’attend" in page


def test_reading_a_request_is_recorded_once_per_session(territory, login):
    request = submitted(territory)
    client = login(territory.imageur)
    for _ in range(2):
        client.get(act_url("act", request.act_id))
    entry = Entry.objects.get(action="viewed.act", act_id=request.act_id, actor_id=territory.imageur.id)
    assert entry.patient_id == territory.patient.pk
