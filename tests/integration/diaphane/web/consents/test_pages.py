"""The pages of information and agreements, for those who are with the patient (R52–R60)."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from diaphane.acquisition.models import Exam, ExamState
from diaphane.acts.queries import list_open_duties
from diaphane.audit.models import Entry
from diaphane.consents.queries import get_consent, list_given_sheets
from diaphane.kernel.actors import Actor, Role
from tests.factories import make_actor
from tests.integration.diaphane.acquisition.table import arrived, planned
from tests.integration.diaphane.consents.test_giving import make_child
from tests.integration.diaphane.web.technologist.pages import text_of
from tests.scenes import Territory

Login = Callable[[Actor], Client]
FORMS = ("give", "agree", "impossible", "withdraw", "inform")


def at(name: str, exam: Exam) -> str:
    return reverse(f"consents:{name}", args=[exam.act_id])


def test_a_visitor_is_asked_to_log_in(territory: Territory) -> None:
    exam = planned(territory)
    for address in (at("agreements", exam), reverse("consents:sheets"), *(at(form, exam) for form in FORMS)):
        assert "/compte/" in Client().get(address)["Location"]


def test_other_roles_and_other_sites_find_nothing(territory: Territory, login: Login) -> None:
    exam = planned(territory)
    assert login(territory.imageur).get(at("agreements", exam)).status_code == 403
    stranger = login(territory.outsider)
    assert stranger.get(at("agreements", exam)).status_code == 404
    for form in FORMS:
        assert stranger.post(at(form, exam), {"means": "paper", "recipient": "patient"}).status_code == 404
    assert not list_given_sheets(exam.act).exists()


@pytest.mark.parametrize("role", ["technologist", "requester", "imageur"])
def test_a_sheet_is_read_and_printed_without_any_patient(
    territory: Territory, login: Login, role: str
) -> None:
    client = login(getattr(territory, role))
    assert "Le scanner avec un produit" in text_of(client.get(reverse("consents:sheets")))
    said = text_of(client.get(reverse("consents:sheet", args=["ct", 1])))
    assert "Vous pouvez dire non." in said
    assert "version 1 du 26 novembre 2026" in said
    assert "Pas encore relue par un médecin" in said
    assert client.get(reverse("consents:sheet", args=["ct", 99])).status_code == 404


def test_the_sheets_then_the_agreement_that_rests_upon_them(territory: Territory, login: Login) -> None:
    exam, client = arrived(territory), login(territory.technologist)
    assert "pas encore donnée" in text_of(client.get(at("agreements", exam)))
    client.post(at("give", exam), {"means": "screen", "recipient": "patient"})
    answer = {
        "subjects": ["act", "distance"],
        "who": "guardian",
        "answered_by": "Mme Ivol",
        "manner": "written",
    }
    assert client.post(at("agree", exam), answer)["Location"] == at("agreements", exam)
    said = text_of(client.get(at("agreements", exam)))
    for expected in ("Mme Ivol", "Écrit et signé", "Le scanner (1)", "à l’écran, près du patient"):
        assert expected in said
    assert Entry.objects.filter(action="viewed.act", act_id=exam.act_id).exists()


@pytest.mark.parametrize(
    ("form", "values", "requirement"),
    [
        ("agree", {"who": "patient"}, "R57"),
        ("agree", {"subjects": ["act"]}, "R58"),
        ("agree", {"subjects": ["act"], "who": "the neighbour"}, "R58"),
        ("impossible", {"words": "x"}, "R59"),
        ("withdraw", {"who": "patient"}, "R58"),
        ("give", {"means": "paper"}, "R67"),
    ],
)
def test_what_is_not_said_is_asked_for(
    territory: Territory, login: Login, form: str, values: dict[str, object], requirement: str
) -> None:
    exam, client = arrived(territory), login(territory.technologist)
    answer = client.post(at(form, exam), values)
    assert answer.status_code == 422
    assert requirement in text_of(answer)
    assert get_consent(exam.act, "act") is None


def test_a_child_is_asked_of_the_parents(territory: Territory, login: Login) -> None:
    make_child(territory)
    exam, client = arrived(territory), login(territory.requester)
    said = text_of(client.get(at("agreements", exam)))
    assert "Les deux parents" in said
    assert "Le mineur seul" in said
    parents = {"subjects": ["act"], "who": "both_parents", "answered_by": "M. et Mme Sarrieu"}
    client.post(at("agree", exam), parents)
    answer = get_consent(exam.act, "act")
    assert answer is not None
    assert (answer.source, answer.quality) == ("representative", "both_parents")


def test_an_emergency_without_possible_consent_stays_owed_until_the_patient_is_informed(
    territory: Territory, login: Login
) -> None:
    exam, client = arrived(territory, urgency="vital"), login(territory.technologist)
    client.post(at("impossible", exam), {"motive": "emergency", "words": "Arrêt cardiaque récupéré"})
    assert [duty.requirement for duty in list_open_duties(exam.act)] == ["R59"]
    demandeur = login(territory.requester)
    said = text_of(demandeur.get(at("agreements", exam)))
    assert "Le patient reste à informer" in said
    assert "Urgence vitale : pas le temps de demander" in said
    demandeur.post(at("inform", exam), {"means": "paper", "recipient": "representative"})
    assert not list_open_duties(exam.act).exists()
    assert "Le patient reste à informer" not in text_of(demandeur.get(at("agreements", exam)))


def test_a_no_stops_the_exam_and_its_alternative_is_shown(territory: Territory, login: Login) -> None:
    exam, client = arrived(territory), login(territory.technologist)
    no = {"subject": "distance", "who": "patient", "alternative": "Scanner à Rochefontaine jeudi"}
    client.post(at("withdraw", exam), no)
    assert Exam.objects.get(pk=exam.pk).state == ExamState.CANCELLED
    assert "Scanner à Rochefontaine jeudi" in text_of(client.get(at("agreements", exam)))
    card = text_of(client.get(reverse("technologist:exam", args=[exam.act_id])))
    assert "Cet examen n’a pas lieu" in card
    assert client.post(at("withdraw", exam), no).status_code == 409


def test_an_administrator_reads_the_sheets_and_no_act(territory: Territory, login: Login) -> None:
    exam, client = planned(territory), login(make_actor(Role.ADMINISTRATOR, territory.site))
    assert client.get(reverse("consents:sheets")).status_code == 200
    assert client.get(at("agreements", exam)).status_code == 403
