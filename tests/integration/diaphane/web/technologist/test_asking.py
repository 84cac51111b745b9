"""The card asks the safety questions again: one touch where it is harmless, differences, suspension (R85)."""

import pytest
from django.test import Client

from diaphane.acquisition.models import Exam
from diaphane.kernel.actors import Role
from diaphane.requests.models import ExamRequest, RequestState
from diaphane.requests.safety_models import SafetyAnswer
from tests.factories import StructureFactory, make_actor
from tests.integration.diaphane.acquisition.table import IOMEPROL, arrived, ready

from .pages import page, text_of, touch

pytestmark = pytest.mark.django_db

INJECTED = "CT-PE"
ASK = ("confirm_safety", "answer_safety", "settle_difference")


@pytest.fixture
def injected(territory) -> Exam:
    """An injected scanner at the table; nothing is asked again yet."""
    return arrived(territory, exam_code=INJECTED, contrast=IOMEPROL)


def say(client: Client, exam: Exam, question: str, value: str, informant: str = "patient", **more: str):
    return touch(
        client, "answer_safety", exam, question=question, value=value, safety_informant=informant, **more
    )


def table_answers() -> list[tuple[str, str, str]]:
    kept = SafetyAnswer.objects.filter(moment="table")
    return [(each.question_id, each.value, each.informant) for each in kept]


@pytest.mark.parametrize("name", ASK)
def test_a_visitor_another_site_and_another_role_write_nothing(territory, login, injected, name) -> None:
    values = {"question": "metformin", "value": "yes", "motive": "Oui", "safety_informant": "patient"}
    stranger = make_actor(Role.TECHNOLOGIST, StructureFactory())
    assert touch(Client(), name, injected, **values).status_code == 401
    assert touch(login(stranger), name, injected, **values).status_code == 404
    assert touch(login(territory.requester), name, injected, **values).status_code == 403
    assert table_answers() == []


def test_the_card_asks_what_the_rules_name_and_shows_what_the_request_said(
    territory, login, injected
) -> None:
    said = text_of(login(territory.technologist).get(page("exam", injected)))
    assert "Confirmer 5 réponses avec le patient" in said
    assert "Réaction antérieure à un produit iodé ?" in said
    assert "Le dossier" in said
    assert 'id="id_table_egfr"' not in said


def test_one_touch_confirms_all_that_is_harmless(territory, login, injected) -> None:
    client = login(territory.technologist)
    harmless = ["kidneys", "acute_illness", "metformin", "iodine_reaction", "thyroid"]
    answer = text_of(touch(client, "confirm_safety", injected, question=harmless))
    assert 'id="table-questions"' in answer
    assert "Confirmer" not in answer
    assert 'id="work"' not in answer  # nothing else that is being filled is drawn again
    assert sorted(table_answers()) == sorted(
        (name, "no" if name in {"acute_illness", "metformin"} else "none", "patient") for name in harmless
    )


def test_what_nobody_said_is_not_confirmed(territory, login, injected) -> None:
    answer = touch(
        login(territory.technologist), "confirm_safety", injected, question=["hours_since_injection"]
    )
    assert answer.status_code == 422
    assert "ne se confirme pas" in text_of(answer)
    assert table_answers() == []


def test_an_answer_that_cannot_be_or_that_nobody_gave_is_refused_in_words(territory, login, injected) -> None:
    client = login(territory.technologist)
    for value, informant, words in (
        ("peut-être", "patient", "aucune des réponses"),
        ("no", "", "Dites qui répond"),
        ("no", "voisin", "de la liste"),
        ("\x00", "patient", "aucune des réponses"),
        ("", "patient", "Il manque une réponse"),
    ):
        answer = say(client, injected, "metformin", value, informant)
        assert answer.status_code == 422
        assert words in text_of(answer)
    assert table_answers() == []


def test_a_difference_is_shown_beside_its_question_and_settled_with_a_motive(
    territory, login, injected
) -> None:
    client = login(territory.technologist)
    answer = text_of(say(client, injected, "metformin", "yes"))
    assert "Ces réponses diffèrent" in answer
    chosen = {"question": "metformin", "value": "yes"}
    assert touch(client, "settle_difference", injected, **chosen, motive=" ").status_code == 422
    for bad in ("x" * 501, "\x00"):
        assert touch(client, "settle_difference", injected, **chosen, motive=bad).status_code == 422
    settled = touch(client, "settle_difference", injected, **chosen, motive="Boîte vue")
    assert "Ces réponses diffèrent" not in text_of(settled)


def test_the_answer_that_lets_the_exam_pass_is_closed_to_the_technologist(territory, login) -> None:
    exam = arrived(
        territory, exam_code=INJECTED, contrast=IOMEPROL, motive="Prémédication", iodine_reaction="immediate"
    )
    client = login(territory.technologist)
    answer = text_of(say(client, exam, "iodine_reaction", "none"))
    assert 'value="none" disabled' in answer
    chosen = {"question": "iodine_reaction", "value": "none", "motive": "Il le dit"}
    assert touch(client, "settle_difference", exam, **chosen).status_code == 403


def test_a_new_fact_turns_the_card_and_the_board_red_and_stops_the_start(territory, login) -> None:
    exam, client = ready(territory, exam_code=INJECTED, contrast=IOMEPROL), login(territory.technologist)
    answer = text_of(say(client, exam, "iodine_reaction", "immediate"))
    assert "Protocole suspendu par un fait nouveau" in answer
    assert "Hypersensibilité immédiate" in answer
    assert "Protocole suspendu" in text_of(client.get(page("board")))
    refusal = touch(client, "start", exam)
    assert refusal.status_code == 422
    assert "Le protocole est suspendu : le radiologue décide à nouveau" in text_of(refusal)
    assert Exam.objects.get(pk=exam.pk).state == "ready"
    assert ExamRequest.objects.get(act_id=exam.act_id).state == RequestState.SUBMITTED
