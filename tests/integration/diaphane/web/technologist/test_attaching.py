"""Images without an exam: shown as they came, attached by a person with a reason, never by guess (R40)."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from diaphane.acquisition.models import Exam
from diaphane.imaging.joining import confirm_join
from diaphane.imaging.models import Move, Reconciliation, ReconciliationState
from diaphane.imaging.operations import store_instance
from diaphane.imaging.performing import record_performed_step
from diaphane.imaging.queries import count_images
from diaphane.imaging.step_reading import read_step
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from tests.factories import StructureFactory, make_actor
from tests.images import make_ct
from tests.integration.diaphane.acquisition.table import started
from tests.reading_scenes import make_edge
from tests.scenes import Territory
from tests.steps import make_series, make_step

from .pages import page, text_of

Login = Callable[[Actor], Client]


@pytest.fixture
def client(territory: Territory, login: Login) -> Client:
    return login(territory.technologist)


@pytest.fixture
def arrival(territory: Territory) -> Reconciliation:
    store_instance(content=make_ct(PatientName="GARNIER^JULES"), by=make_edge(territory), at=now())
    return Reconciliation.objects.get()


def send(client: Client, name: str, pk: UUID, **values: str) -> tuple[int, str]:
    url = reverse(f"technologist:{name}", args=[pk])
    response = client.post(url, values, headers={"HX-Request": "true"})
    return response.status_code, text_of(response)  # type: ignore[arg-type]


def test_another_site_sees_nothing_of_it(territory: Territory, login: Login, arrival: Reconciliation) -> None:
    stranger = login(make_actor(Role.TECHNOLOGIST, StructureFactory()))
    assert "GARNIER" not in stranger.get(page("reconciliation")).content.decode()
    assert stranger.get(reverse("technologist:arrival", args=[arrival.pk])).status_code == 404
    for name in ("attach", "set_aside"):
        assert send(stranger, name, arrival.pk, reason="x", act=str(uuid4()))[0] in {404, 422}
    arrival.refresh_from_db()
    assert arrival.state == ReconciliationState.WAITING


def test_what_came_is_listed_with_its_reason(client: Client, arrival: Reconciliation) -> None:
    said = text_of(client.get(page("reconciliation")))  # type: ignore[arg-type]
    assert "GARNIER, JULES" in said
    assert "^" not in said
    assert "1 image" in said


def test_the_page_of_an_arrival_reads_the_name_and_shows_it_as_received(
    client: Client, arrival: Reconciliation
) -> None:
    said = text_of(client.get(reverse("technologist:arrival", args=[arrival.pk])))  # type: ignore[arg-type]
    assert "<dd>GARNIER, JULES" in said
    assert "tel que reçu</summary><code>GARNIER^JULES</code>" in said


def test_an_empty_list_says_so(client: Client) -> None:
    assert "Toutes les images ont trouvé leur examen" in text_of(client.get(page("reconciliation")))  # type: ignore[arg-type]


def test_exams_are_suggested_and_none_is_chosen(
    territory: Territory, client: Client, arrival: Reconciliation
) -> None:
    exam = started(territory)
    said = text_of(client.get(reverse("technologist:arrival", args=[arrival.pk])))  # type: ignore[arg-type]
    assert str(exam.act_id) in said
    assert "GARNIER^JULES" in said
    assert "autre nom" in said
    assert "checked" not in said


def test_what_the_images_do_not_say_is_not_called_different(territory: Territory, client: Client) -> None:
    content = make_ct(PatientName="", PatientBirthDate="")
    store_instance(content=content, by=make_edge(territory), at=now())
    started(territory)
    arrival = Reconciliation.objects.get()
    said = text_of(client.get(reverse("technologist:arrival", args=[arrival.pk])))  # type: ignore[arg-type]
    assert "pas de nom dans les images" in said
    assert "pas de date de naissance dans les images" in said
    assert "autre nom" not in said
    assert "autre date de naissance" not in said


def test_nothing_is_attached_without_a_chosen_exam(client: Client, arrival: Reconciliation) -> None:
    status, said = send(client, "attach", arrival.pk, reason="Vu avec le patient", is_compared="on")
    assert status == 422
    assert "Aucun examen n’est choisi" in said


@pytest.mark.parametrize("reason", ["", "   ", "a" * 100_000])
def test_nothing_is_attached_without_a_reason(
    territory: Territory, client: Client, arrival: Reconciliation, reason: str
) -> None:
    exam = started(territory)
    values = {"act": str(exam.act_id), "reason": reason, "is_compared": "on"}
    assert send(client, "attach", arrival.pk, **values)[0] == 422
    assert count_images(exam.act).received == 0


def test_another_site_s_exam_is_no_place_to_attach(client: Client, arrival: Reconciliation) -> None:
    assert (
        send(client, "attach", arrival.pk, act=str(uuid4()), reason="Vu avec le patient", is_compared="on")[0]
        == 404
    )


def test_nothing_is_attached_by_who_has_not_compared(
    territory: Territory, client: Client, arrival: Reconciliation
) -> None:
    exam = started(territory)
    status, said = send(client, "attach", arrival.pk, act=str(exam.act_id), reason="Bracelet relu")
    assert status == 422
    assert "Nom, date de naissance et sexe comparés" in said
    assert not Move.objects.exists()


def test_images_of_another_name_wait_for_a_second_person(
    territory: Territory, client: Client, login: Login, arrival: Reconciliation
) -> None:
    exam: Exam = started(territory)
    values = {"act": str(exam.act_id), "reason": "Patient reconnu, bracelet relu", "is_compared": "on"}
    assert send(client, "attach", arrival.pk, **values)[0] == 204
    assert count_images(exam.act).received == 0
    shown = text_of(client.get(reverse("technologist:arrival", args=[arrival.pk])))  # type: ignore[arg-type]
    assert "Des images attendent une seconde personne" in shown
    assert 'name="act"' not in shown
    assert "Attend une seconde personne" in text_of(client.get(page("reconciliation")))  # type: ignore[arg-type]
    assert send(client, "attach", arrival.pk, **values)[0] == 409
    confirm_join(move=Move.objects.get(), by=territory.imageur, at=now())
    settled = text_of(client.get(reverse("technologist:arrival", args=[arrival.pk])))  # type: ignore[arg-type]
    assert "Patient reconnu, bracelet relu" in settled


def test_images_of_the_patient_are_attached_to_the_chosen_exam_once(
    territory: Territory, client: Client
) -> None:
    exam: Exam = started(territory)
    content = make_ct(exam.act, StudyInstanceUID="1.2.901")
    store_instance(content=content, by=make_edge(territory), at=now())
    arrival = Reconciliation.objects.get()
    shown = text_of(client.get(page("reconciliation")))  # type: ignore[arg-type]
    assert "Examen probable" in shown
    shown = text_of(client.get(reverse("technologist:arrival", args=[arrival.pk])))  # type: ignore[arg-type]
    sex = {"F": "Féminin", "M": "Masculin"}[exam.act.patient.sex]
    for said in ("Examen probable", "même identifiant, même émetteur", "même sexe", sex):
        assert said in shown
    assert "checked" not in shown
    values = {"act": str(exam.act_id), "reason": "Patient reconnu, bracelet relu", "is_compared": "on"}
    assert send(client, "attach", arrival.pk, **values)[0] == 204
    assert count_images(exam.act).received == 1
    status, said = send(client, "attach", arrival.pk, **values)
    assert status == 409
    assert "déjà" in said


def test_an_accession_number_alone_makes_no_exam_likely(territory: Territory, client: Client) -> None:
    exam: Exam = started(territory)
    content = make_ct(exam.act, StudyInstanceUID="1.2.902", IssuerOfPatientID="AILLEURS")
    store_instance(content=content, by=make_edge(territory), at=now())
    assert count_images(exam.act).received == 0
    assert "Examen probable" not in text_of(client.get(page("reconciliation")))  # type: ignore[arg-type]


def test_images_are_set_aside_with_a_reason(client: Client, arrival: Reconciliation) -> None:
    assert send(client, "set_aside", arrival.pk, reason="")[0] == 422
    assert send(client, "set_aside", arrival.pk, reason="Fantôme de contrôle qualité")[0] == 204
    assert send(client, "set_aside", arrival.pk, reason="Encore")[0] == 409
    arrival.refresh_from_db()
    assert arrival.state == ReconciliationState.SET_ASIDE


def test_what_a_device_performed_for_no_exam_is_shown_until_its_images_are_attached(
    territory: Territory, client: Client, login: Login
) -> None:
    exam, edge = started(territory), make_edge(territory)
    said = make_step(None, study="1.2.900", PatientName="PERDU^JULES", series=[make_series(2)])
    record_performed_step(said=read_step("1.2.500", 1, said), by=edge, at=now())
    shown = text_of(client.get(page("reconciliation")))  # type: ignore[arg-type]
    assert "PERDU, JULES" in shown
    assert "tel que reçu</summary><code>PERDU^JULES</code>" in shown
    assert "Aucun examen d’ici ne porte ses identifiants" in shown
    stranger = login(make_actor(Role.TECHNOLOGIST, StructureFactory()))
    assert "PERDU" not in stranger.get(page("reconciliation")).content.decode()
    store_instance(content=make_ct(StudyInstanceUID="1.2.900"), by=edge, at=now())
    arrival = Reconciliation.objects.get()
    values = {"act": str(exam.act_id), "reason": "Patient hors liste, identité relue", "is_compared": "on"}
    send(client, "attach", arrival.pk, **values)
    confirm_join(move=Move.objects.get(), by=territory.imageur, at=now())
    assert "PERDU" not in text_of(client.get(page("reconciliation")))  # type: ignore[arg-type]
