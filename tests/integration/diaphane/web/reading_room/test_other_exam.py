"""Another exam proposed, a lower urgency, a way found elsewhere: both pages say it (R69, R73, R75)."""

import pytest
from django.urls import reverse

from diaphane.kernel.actors import Role
from diaphane.requests.models import ExamRequest, RequestState
from tests.factories import StructureFactory, make_actor
from tests.scenes import under_review

from .pages import HTMX, act_url, post
from .test_request_decisions import LOWER, REFUSAL, VALIDATION

pytestmark = pytest.mark.django_db
PROPOSAL = {"exam_code": "CT-STROKE", "why": "Une occlusion doit être cherchée"}


def ask(client, name, act_id, **values):
    return client.post(reverse(f"requesting:{name}", args=[act_id]), values, headers=HTMX)


def read(client, act_id):
    return client.get(reverse("requesting:act", args=[act_id])).content.decode()


@pytest.mark.parametrize("name", ["propose", "note_answer", "go_on"])
def test_an_imageur_elsewhere_does_not_find_the_request(territory, login, name):
    request = under_review(territory)
    client = login(make_actor(Role.IMAGEUR, StructureFactory()))
    assert post(client, name, request.act_id, **PROPOSAL).status_code == 404


@pytest.mark.parametrize("name", ["answer_exam", "read_decision", "tell_treating"])
def test_a_demandeur_elsewhere_does_not_find_the_request(territory, login, name):
    request = under_review(territory)
    client = login(make_actor(Role.REQUESTING_PHYSICIAN, StructureFactory()))
    assert ask(client, name, request.act_id, answer="yes").status_code == 404


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"exam_code": "ULTRASOUND"}, "proposez-le sur place"),
        ({"exam_code": "?"}, "choix valide"),
        ({"why": ""}, "Pourquoi un autre examen"),
    ],
)
def test_a_proposal_that_is_none_is_refused_in_french(territory, login, values, words):
    request = under_review(territory)
    answer = post(login(territory.imageur), "propose", request.act_id, **PROPOSAL | values)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_a_proposal_reaches_the_demandeur_whose_no_comes_back(territory, login):
    request = under_review(territory)
    imageur = login(territory.imageur)
    assert post(imageur, "propose", request.act_id, **PROPOSAL).status_code == 204
    page = imageur.get(act_url("act", request.act_id)).content.decode()
    assert "Un autre examen est proposé" in page
    assert 'id="validate"' not in page
    asking = login(territory.requester)
    board = asking.get(reverse("requesting:list")).content.decode()
    assert "Répondre : un autre examen est proposé" in board
    assert PROPOSAL["why"] in read(asking, request.act_id)
    assert ask(asking, "answer_exam", request.act_id, answer="no", answer_words="Non").status_code == 204
    page = login(territory.imageur).get(act_url("act", request.act_id)).content.decode()
    assert 'name="performer_words"' in page
    assert "Désaccord du médecin demandeur" in page


def test_an_answer_that_is_neither_yes_nor_no_is_refused(territory, login):
    request = under_review(territory)
    post(login(territory.imageur), "propose", request.act_id, **PROPOSAL)
    assert ask(login(territory.requester), "answer_exam", request.act_id, answer="?").status_code == 422
    assert ExamRequest.objects.get().state == RequestState.SUBSTITUTION_PROPOSED


def test_an_answer_by_telephone_and_a_decision_alone_go_back_to_the_validation(territory, login):
    request = under_review(territory)
    client = login(territory.imageur)
    post(client, "propose", request.act_id, **PROPOSAL)
    heard = {"answer": "yes", "answer_words": "Dr Verdier"}
    assert post(client, "note_answer", request.act_id, **heard).status_code == 204
    post(client, "propose", request.act_id, **PROPOSAL | {"exam_code": "CT-HEAD"})
    assert post(client, "go_on", request.act_id, performer_words="Injoignable").status_code == 204
    assert 'id="validate"' in client.get(act_url("act", request.act_id)).content.decode()


def test_a_lower_urgency_is_read_by_the_demandeur_beside_the_one_asked_for(territory, login):
    request = under_review(territory, urgency="urgent")
    client = login(territory.imageur)
    unsaid = post(client, "validate", request.act_id, **VALIDATION | LOWER | {"urgency_words": ""})
    assert unsaid.status_code == 422
    assert "#id_urgency_words" in unsaid.content.decode()
    assert post(client, "validate", request.act_id, **VALIDATION | LOWER).status_code == 204
    asking = login(territory.requester)
    assert "Lire la décision" in asking.get(reverse("requesting:list")).content.decode()
    page = read(asking, request.act_id)
    assert LOWER["urgency_words"] in page
    assert "Urgence demandée" in page
    assert ask(asking, "read_decision", request.act_id).status_code == 204
    assert "J’ai lu cette décision" not in read(asking, request.act_id)


def test_what_is_not_feasible_at_a_distance_is_told_to_the_treating_physician(territory, login):
    request = under_review(territory)
    values = REFUSAL | {"refusal_motive": "not_feasible", "other_way": "transfer"}
    client = login(territory.imageur)
    assert post(client, "refuse", request.act_id, **values).status_code == 422
    assert post(client, "refuse", request.act_id, **values, other_way_owner="Dr Verdier").status_code == 204
    asking = login(territory.requester)
    page = read(asking, request.act_id)
    assert "Le patient est transféré" in page
    assert "Informer le médecin traitant" in page
    assert ask(asking, "tell_treating", request.act_id, treating_told="").status_code == 422
    assert ask(asking, "tell_treating", request.act_id, treating_told="Par courrier").status_code == 204
    assert "Par courrier" in read(asking, request.act_id)
