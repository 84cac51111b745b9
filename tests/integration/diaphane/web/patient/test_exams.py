"""The patient's space: nothing before a person has told them, then plain words and who has looked."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localtime

from diaphane.acquisition.quality import begin_check, declare_not_interpretable
from diaphane.delivery.models import Dispatch
from diaphane.kernel.actors import Actor
from diaphane.reporting.models import Report
from diaphane.reporting.operations import record_patient_told
from diaphane.requests.catalogue import CATALOGUE
from diaphane.scheduling.queries import get_appointment
from diaphane.web.patient.words import PARTS, name_exam
from tests.factories import PatientFactory, make_patient_actor
from tests.reading_scenes import acquired, in_progress, scheduled, signed
from tests.scenes import Territory

Login = Callable[[Actor], Client]
RunJobs = Callable[[], int]
PAGES = ("exam", "images")


@pytest.fixture
def report(territory: Territory) -> Report:
    """Return a signed report that nobody has told the patient."""
    return signed(territory)


def _tell(report: Report, territory: Territory, at: datetime) -> Report:
    return record_patient_told(report=report, how="telephone", companion="", by=territory.requester, at=at)


@pytest.mark.parametrize("page", PAGES)
def test_a_visitor_is_sent_to_the_login(report: Report, page: str) -> None:
    answer = Client().get(reverse(f"patient:{page}", args=[report.act_id]))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("page", [*PAGES, "home"])
def test_a_professional_has_no_place_here(
    territory: Territory, login: Login, report: Report, page: str
) -> None:
    address = reverse(f"patient:{page}", args=[] if page == "home" else [report.act_id])
    assert login(territory.imageur).get(address).status_code == 403


@pytest.mark.parametrize("page", PAGES)
def test_before_a_person_has_told_them_the_patient_finds_nothing(
    territory: Territory, login: Login, report: Report, page: str
) -> None:
    client = login(make_patient_actor(territory.patient))
    assert client.get(reverse(f"patient:{page}", args=[report.act_id])).status_code == 404
    assert client.post(reverse("patient:receive", args=[report.act_id])).status_code == 404
    words = client.get(reverse("patient:home")).content.decode()
    assert report.conclusion not in words
    assert report.patient_found not in words
    assert "Un médecin vous dit d’abord le résultat" in words


@pytest.mark.parametrize("page", PAGES)
def test_another_patient_finds_nothing_even_afterwards(
    territory: Territory, login: Login, report: Report, page: str, at: datetime
) -> None:
    _tell(report, territory, at)
    client = login(make_patient_actor(PatientFactory()))
    assert client.get(reverse(f"patient:{page}", args=[report.act_id])).status_code == 404
    assert "Aucun examen" in client.get(reverse("patient:home")).content.decode()


def test_once_told_the_patient_reads_plain_words_who_told_them_and_a_number_to_call(
    territory: Territory, login: Login, report: Report, at: datetime
) -> None:
    _tell(report, territory, at)
    page = login(make_patient_actor(territory.patient)).get(reverse("patient:exam", args=[report.act_id]))
    words = page.content.decode()
    for expected in (
        "Scanner de la tête",
        report.patient_searched,
        report.patient_found,
        report.patient_next,
        territory.requester.label,
        territory.site.phone,
    ):
        assert expected in words
    for jargon in ("télédiagnostic", "TDM", "workflow"):
        assert jargon.lower() not in words.lower()


def test_the_patient_sees_who_has_looked_once_each_and_no_machine(
    territory: Territory, login: Login, report: Report, at: datetime
) -> None:
    _tell(report, territory, at)
    reader = login(territory.imageur)
    reader.get(reverse("reports:show", args=[report.act_id]))
    reader.get(reverse("reports:document", args=[report.act_id]))
    login(territory.imageur).get(reverse("reports:show", args=[report.act_id]))
    client = login(make_patient_actor(territory.patient))
    client.get(reverse("patient:exam", args=[report.act_id]))
    page = client.get(reverse("patient:exam", args=[report.act_id]))
    looks = page.context["looks"]
    assert [each.name for each in looks.people] == [territory.imageur.label]
    assert {str(each.what) for each in looks.people[0].opened} == {
        "votre dossier d’examen",
        "votre compte rendu",
    }
    assert looks.mine is not None
    words = page.content.decode()
    assert "radiologue, à distance" in words
    assert "A lu vos images et signé votre compte rendu." in words
    assert "viewed." not in words


def test_the_patient_says_once_that_the_result_was_read(
    territory: Territory, login: Login, report: Report, run_jobs: RunJobs, at: datetime
) -> None:
    client = login(make_patient_actor(territory.patient))
    _tell(report, territory, at)
    run_jobs()
    page = reverse("patient:exam", args=[report.act_id])
    assert "J’ai lu mon résultat" in client.get(page).content.decode()
    client.post(reverse("patient:receive", args=[report.act_id]))
    assert "J’ai lu mon résultat" not in client.get(page).content.decode()
    dispatch = Dispatch.objects.get(report=report, recipient="patient")
    assert dispatch.status == Dispatch.Status.ACKNOWLEDGED


def test_an_exam_to_come_says_when_it_is_and_who_follows_it_and_an_exam_under_way_is_done(
    territory: Territory, login: Login
) -> None:
    exam = scheduled(territory)
    client = login(make_patient_actor(territory.patient))
    words = client.get(reverse("patient:home")).content.decode()
    assert "Examen à venir" in words
    assert territory.imageur.label in words
    appointment = get_appointment(exam.act)
    assert appointment is not None
    assert f"à {localtime(appointment.starts_at):%H:%M}" in words


def test_a_begun_exam_waits_for_a_doctor_to_tell_it(territory: Territory, login: Login) -> None:
    in_progress(territory)
    words = login(make_patient_actor(territory.patient)).get(reverse("patient:home")).content.decode()
    assert "Examen fait" in words


def test_every_exam_of_the_catalogue_has_an_everyday_name() -> None:
    for exam in CATALOGUE.values():
        if exam.refused_by:
            continue
        assert exam.region in PARTS
        assert name_exam(exam) != name_exam(None)


def test_an_exam_without_a_conclusion_promises_no_result(
    territory: Territory, login: Login, at: datetime
) -> None:
    exam = begin_check(exam=acquired(territory), by=territory.imageur, at=at)
    declare_not_interpretable(
        exam=exam, comment="Mouvements", next_step="Refaire", by=territory.imageur, at=at
    )
    words = login(make_patient_actor(territory.patient)).get(reverse("patient:home")).content.decode()
    assert "L’hôpital vous dit la suite" in words
    assert "vous dit d’abord le résultat" not in words
    assert "Mouvements" not in words
