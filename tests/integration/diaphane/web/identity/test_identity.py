"""Whose images an act holds: settled by its technologists and imageurs, closed to others (R40)."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from diaphane.acquisition.models import Exam
from diaphane.audit.models import Entry
from diaphane.imaging.joining import attach_study
from diaphane.imaging.models import Instance, Move, MoveState, Quarantine, Study
from diaphane.imaging.operations import store_instance
from diaphane.imaging.priors import attach_prior, list_priors
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
    assert said.count(f">{exam.act.patient.get_sex_display()}") >= 2
    assert "Femme" not in said
    assert "Homme" not in said
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


def test_the_page_never_says_that_nothing_is_decided_while_a_quarantine_stands(
    exam: Exam, territory: Territory, login: Login
) -> None:
    client, nothing = login(territory.technologist), "Rien : les images sont venues"
    assert nothing in show(client, exam)
    quarantine_study(study=Study.objects.get(), reason="Autre morphologie", by=territory.imageur, at=now())
    said = show(client, exam)
    assert nothing not in said
    assert said.count("Autre morphologie") == 2


def test_the_requester_is_told_that_images_are_set_aside_and_is_offered_nothing_refused(
    territory: Territory, login: Login
) -> None:
    exam = signed(territory).act.exam
    client, act = login(territory.requester), exam.act_id
    pages = [reverse(name, args=[act]) for name in ("requesting:act", "reports:show")]
    offers = [reverse(name, args=[act]) for name in ("copies:choose", "sharing:links")]
    told = "Des images sont mises de côté, le temps de vérifier leur identité"
    for page in pages:
        said = client.get(page).content.decode()
        assert told not in said
        assert all(offer in said for offer in offers)
    doubt = quarantine_study(
        study=Study.objects.get(), reason="Autre morphologie", by=territory.imageur, at=now()
    )
    for page in pages:
        said = client.get(page).content.decode()
        assert told in said
        assert not any(offer in said for offer in offers)
        assert "Autre morphologie" not in said
    for offer in offers:
        said = client.get(offer).content.decode()
        assert told in said
        assert str(doubt.study_id) not in said


@pytest.mark.parametrize("who", ["imageur", "technologist"])
def test_who_settles_the_doubt_looks_but_copies_and_shows_nothing_and_reads_why(
    who: str, exam: Exam, territory: Territory, login: Login
) -> None:
    study = Study.objects.get()
    quarantine_study(study=study, reason="Autre morphologie", by=territory.imageur, at=now())
    client = login(getattr(territory, who))
    pages = ["copies:choose", "sharing:links"] if who == "imageur" else ["copies:choose"]
    for page in pages:
        said = client.get(reverse(page, args=[exam.act_id])).content.decode()
        assert str(study.pk) not in said
        assert "Personne ne les copie ni ne les montre au-dehors" in said
        assert "Aucune image à copier" not in said
    refused = client.post(reverse("copies:take", args=[exam.act_id]), {"study": str(study.pk)})
    assert refused.status_code == 409
    assert "quarantaine" in refused.content.decode()
    assert not Entry.objects.filter(action="exported.images").exists()
    assert client.get(reverse("films:films", args=[exam.act_id])).json()["films"]


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
    said = client.get(page).content.decode()
    assert "Voir mes images" not in said
    assert "Des images sont mises de côté un moment" in said
    assert client.get(films).json()["films"] == []
    copy, images = (
        client.get(reverse(name, args=[report.act_id])).content.decode()
        for name in ("patient:copy", "patient:images")
    )
    assert str(Study.objects.get().pk) not in copy
    assert "films/films.js" not in images  # which would look for a place that is not there
    for other in (copy, images):
        assert "Des images sont mises de côté un moment" in other
        assert "Pas encore d’image à montrer" not in other
        assert "Aucune image à copier" not in other


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


@pytest.mark.parametrize("wrong", ["1-", "quelques-unes", "9", "2-1"])
def test_numbers_that_no_image_has_are_refused_with_those_that_there_are(
    wrong: str, exam: Exam, territory: Territory, login: Login
) -> None:
    study = Study.objects.get()
    uid = study.series.get().series_instance_uid
    values = {"subject": str(study.pk), "reason": "Autre patiente", f"numbers-{uid}": wrong}
    status, said = send(login(territory.technologist), "take_away", exam, **values)
    assert (status, "de 1 à 2" in said) == (422, True)
    assert count_images(exam.act).received == 2


def test_a_technologist_takes_a_series_and_some_images_of_another_away(
    exam: Exam, territory: Territory, login: Login
) -> None:
    client, study = login(territory.technologist), Study.objects.get()
    uid = study.series.get().series_instance_uid
    for number in (1, 2):
        image = make_ct(exam.act, number=number, SeriesInstanceUID="1.2.77")
        store_instance(content=image, by=make_edge(territory), at=now())
    assert f'name="numbers-{uid}"' in show(client, exam)
    assert f'name="numbers-{uid}"' not in show(login(territory.imageur), exam)
    values = {
        "subject": str(study.pk),
        "reason": "Autre patiente",
        "series": ["1.2.77"],
        f"numbers-{uid}": "2",
    }
    assert send(client, "take_away", exam, **values)[0] == 204
    left = Instance.objects.filter(series__study=study)
    assert list(left.values_list("series__series_instance_uid", "number")) == [(uid, 1)]
    assert Move.objects.get().images == 3


def test_a_doubt_names_the_series_of_which_some_images_are_meant(
    exam: Exam, territory: Territory, login: Login
) -> None:
    study = Study.objects.get()
    values = {
        "subject": str(study.pk),
        "reason": "Doute",
        f"numbers-{study.series.get().series_instance_uid}": "1",
    }
    assert send(login(territory.imageur), "quarantine", exam, **values)[0] == 204
    assert Quarantine.objects.get().series == ["Parenchyme"]


def test_earlier_images_that_were_proposed_are_not_undone_from_here(
    exam: Exam, territory: Territory, login: Login
) -> None:
    store_instance(content=make_ct(PatientName="AUTRE^NOM"), by=make_edge(territory), at=now())
    study = Study.objects.get(act=None)
    attach_prior(study=study, act=exam.act, reason="CD", by=territory.technologist, at=now())
    move, second = Move.objects.get(), login(territory.imageur)
    assert "Rattachement d’images antérieures" in show(second, exam)
    assert send(second, "confirm", exam, subject=str(move.pk), is_compared="on")[0] == 204
    assert [each.study for each in list_priors(exam.act)] == [study]
    table = login(territory.technologist)
    assert reverse("identity:undo", args=[exam.act_id]) not in show(table, exam)
    assert send(table, "undo", exam, subject=str(move.pk), reason="Erreur")[0] == 409


def test_a_second_person_compares_then_attaches(exam: Exam, territory: Territory, login: Login) -> None:
    move = propose(territory, exam)
    first, second = login(territory.technologist), login(territory.imageur)
    assert "quelqu’un d’autre confirme" in show(first, exam)
    asked = {"subject": str(move.pk), "is_compared": "on"}
    assert send(first, "confirm", exam, **asked)[0] == 422
    assert "AUTRE, NOM" in show(second, exam)
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
