"""Whose images an act holds: settled by its technologists and imageurs, closed to others (R40)."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from diaphane.acquisition.models import Exam
from diaphane.imaging.joining import attach_study
from diaphane.imaging.models import Move, MoveState, Quarantine, Study
from diaphane.imaging.operations import store_instance
from diaphane.imaging.quarantining import quarantine_study
from diaphane.imaging.queries import count_images
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from diaphane.reporting.operations import record_patient_told
from tests.factories import StructureFactory, make_actor, make_patient_actor
from tests.images import make_ct
from tests.reading_scenes import acquired, drafted, make_edge, signed
from tests.scenes import Territory

Login = Callable[[Actor], Client]
ACTIONS = ("quarantine", "lift", "take_away", "confirm", "decline", "undo", "look")


@pytest.fixture
def exam(territory: Territory) -> Exam:
    return acquired(territory)


def send(client: Client, name: str, exam: Exam, **values: object) -> tuple[int, str]:
    url = reverse(f"identity:{name}", args=[exam.act_id])
    response = client.post(url, values, headers={"HX-Request": "true"})
    return response.status_code, response.content.decode()


def show(client: Client, exam: Exam) -> str:
    return client.get(reverse("identity:page", args=[exam.act_id])).content.decode()


def propose(territory: Territory, exam: Exam) -> Move:
    content = make_ct(exam.act, PatientName="AUTRE^NOM", StudyInstanceUID="1.2.903")
    store_instance(content=content, by=make_edge(territory), at=now())
    study = Study.objects.get(act=None)
    return attach_study(study=study, act=exam.act, reason="Relu", by=territory.technologist, at=now())


def test_nobody_comes_in_without_a_login(exam: Exam) -> None:
    assert Client().get(reverse("identity:page", args=[exam.act_id])).status_code == 302
    for name in ACTIONS:
        assert Client().post(reverse(f"identity:{name}", args=[exam.act_id])).status_code in (302, 403)


def test_another_site_finds_nothing(exam: Exam, login: Login) -> None:
    for role in (Role.TECHNOLOGIST, Role.IMAGEUR):
        stranger = login(make_actor(role, StructureFactory()))
        assert stranger.get(reverse("identity:page", args=[exam.act_id])).status_code == 404
        for name in ACTIONS:
            assert send(stranger, name, exam, subject=str(uuid4()), reason="x")[0] in (403, 404)


def test_neither_the_requester_nor_the_patient_has_this_page(
    exam: Exam, territory: Territory, login: Login
) -> None:
    for actor in (territory.requester, make_patient_actor(territory.patient)):
        client = login(actor)
        assert client.get(reverse("identity:page", args=[exam.act_id])).status_code == 403
        assert send(client, "quarantine", exam, subject=str(uuid4()), reason="x")[0] == 403


def test_traits_stand_side_by_side_in_words(exam: Exam, territory: Territory, login: Login) -> None:
    said = show(login(territory.technologist), exam)
    assert "Féminin" in said or "Masculin" in said
    assert "Femme" in said or "Homme" in said
    assert said.count("identique") >= 4


def test_an_imageur_closes_images_and_every_page_of_the_act_says_so(
    exam: Exam, territory: Territory, login: Login
) -> None:
    client, study = login(territory.imageur), Study.objects.get()
    assert send(client, "quarantine", exam, subject=str(study.pk), reason=" ")[0] == 422
    assert send(client, "quarantine", exam, subject=str(study.pk), reason="Autre morphologie")[0] == 204
    banner = "En quarantaine"
    assert banner in show(client, exam)
    assert banner in client.get(reverse("reports:check", args=[exam.act_id])).content.decode()
    assert banner in client.get(reverse("viewer:act", args=[exam.act_id])).content.decode()
    assert banner in client.get(reverse("films:quick_look", args=[exam.act_id])).content.decode()
    table = login(territory.technologist)
    assert banner in table.get(reverse("technologist:exam", args=[exam.act_id])).content.decode()
    requester = login(territory.requester)
    closed = requester.get(reverse("viewer:act", args=[exam.act_id])).content.decode()
    assert "Les images sont en cours de vérification" in closed
    assert banner not in closed
    copies = requester.get(reverse("copies:choose", args=[exam.act_id])).content.decode()
    assert str(study.pk) not in copies
    followed = requester.get(reverse("requesting:act", args=[exam.act_id])).content.decode()
    assert "Autre morphologie" not in followed
    doubt = Quarantine.objects.get()
    assert send(table, "lift", exam, subject=str(doubt.pk), reason="Relu")[0] == 422
    assert send(table, "lift", exam, subject=str(doubt.pk), reason="Relu", is_compared="on")[0] == 204
    assert "Quarantaine levée" in show(table, exam)


def test_the_editor_of_the_report_shows_the_doubt(territory: Territory, login: Login) -> None:
    report = drafted(territory)
    study = Study.objects.get()
    quarantine_study(study=study, reason="Autre morphologie", by=territory.technologist, at=now())
    page = login(territory.imageur).get(reverse("reports:write", args=[report.act_id])).content.decode()
    assert "Autre morphologie" in page


def test_the_patient_is_shown_nothing_that_is_doubted(territory: Territory, login: Login) -> None:
    report = record_patient_told(
        report=signed(territory), how="telephone", companion="", by=territory.requester, at=now()
    )
    client = login(make_patient_actor(territory.patient))
    page, films = (reverse(name, args=[report.act_id]) for name in ("patient:exam", "films:films"))
    assert "Voir mes images" in client.get(page).content.decode()
    assert client.get(films).json()["films"]
    quarantine_study(study=Study.objects.get(), reason="Doute", by=territory.imageur, at=now())
    assert "Voir mes images" not in client.get(page).content.decode()
    assert client.get(films).json()["films"] == []
    copy = client.get(reverse("patient:copy", args=[report.act_id])).content.decode()
    assert str(Study.objects.get().pk) not in copy


def test_an_imageur_takes_nothing_away(exam: Exam, territory: Territory, login: Login) -> None:
    study = Study.objects.get()
    assert send(login(territory.imageur), "take_away", exam, subject=str(study.pk), reason="x")[0] == 403
    assert count_images(exam.act).received == 2


def test_a_technologist_takes_a_series_away_and_puts_it_back(
    exam: Exam, territory: Territory, login: Login
) -> None:
    client, study = login(territory.technologist), Study.objects.get()
    store_instance(content=make_ct(exam.act, SeriesInstanceUID="1.2.77"), by=make_edge(territory), at=now())
    values = {"subject": str(study.pk), "reason": "Autre patiente", "series": ["1.2.77"]}
    assert send(client, "take_away", exam, **values)[0] == 204
    assert count_images(exam.act).received == 2
    assert "Autre patiente" in client.get(reverse("technologist:reconciliation")).content.decode()
    card = client.get(reverse("technologist:exam", args=[exam.act_id])).content.decode()
    assert "Retrait d’images" in card
    move = Move.objects.get()
    assert send(client, "undo", exam, subject=str(move.pk), reason="")[0] == 422
    assert send(client, "undo", exam, subject=str(move.pk), reason="Erreur")[0] == 204
    assert count_images(exam.act).received == 3
    status, said = send(client, "undo", exam, subject=str(move.pk), reason="Erreur")
    assert (status, "n’est plus possible" in said) == (409, True)


def test_a_second_person_compares_then_attaches(exam: Exam, territory: Territory, login: Login) -> None:
    move = propose(territory, exam)
    first, second = login(territory.technologist), login(territory.imageur)
    assert "quelqu’un d’autre confirme" in show(first, exam)
    asked = {"subject": str(move.pk), "is_compared": "on"}
    assert send(first, "confirm", exam, **asked)[0] == 422
    assert "AUTRE NOM" in show(second, exam)
    assert send(second, "confirm", exam, subject=str(move.pk))[0] == 422
    assert send(second, "confirm", exam, **asked)[0] == 204
    assert count_images(exam.act).received == 3
    assert "Seconde personne" in show(first, exam)


def test_a_second_person_declines(exam: Exam, territory: Territory, login: Login) -> None:
    move, second = propose(territory, exam), login(territory.imageur)
    assert send(second, "decline", exam, subject=str(move.pk), reason="")[0] == 422
    assert send(second, "decline", exam, subject=str(move.pk), reason="Ce n’est pas elle")[0] == 204
    move.refresh_from_db()
    assert (move.state, count_images(exam.act).received) == (MoveState.DECLINED, 2)
    assert "Ce n’est pas elle" in show(second, exam)
