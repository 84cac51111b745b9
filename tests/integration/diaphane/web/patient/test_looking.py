"""Who has looked, on a page of its own: everything held of me, in plain words, before and after I am told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from diaphane.acts.operations import subject_of
from diaphane.audit.operations import Subject, record_view
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from diaphane.patients.models import Patient
from diaphane.reporting.models import Report
from diaphane.reporting.operations import record_patient_told
from tests.factories import PatientFactory, make_actor, make_patient_actor
from tests.integration.diaphane.web.emergency.test_pages import ASK, WORDS, fill
from tests.reading_scenes import signed
from tests.scenes import Territory, submitted

Login = Callable[[Actor], Client]
PAGE = "/mon-espace/qui-a-regarde/"


@pytest.fixture
def report(territory: Territory) -> Report:
    return signed(territory)


def see(actor: Actor, report: Report, at: datetime, what: str = "act") -> None:
    record_view(what, by=replace(actor, session="x"), at=at, subject=subject_of(report.act))


def test_it_is_for_patients_and_of_one_s_own(
    territory: Territory, login: Login, report: Report, at: datetime
) -> None:
    see(territory.imageur, report, at)
    assert Client().get(PAGE).status_code == 302
    assert login(territory.imageur).get(PAGE).status_code == 403
    words = login(make_patient_actor(PatientFactory())).get(PAGE).content.decode()
    assert territory.imageur.label not in words
    assert "Aucun examen" in words


def test_it_says_who_why_when_and_what_without_jargon(
    territory: Territory, login: Login, report: Report, at: datetime
) -> None:
    colleague = make_actor(Role.IMAGEUR, territory.reader)
    for actor in (territory.imageur, territory.requester, territory.technologist, colleague):
        see(actor, report, at)
    see(territory.imageur, report, at, "images")
    words = login(make_patient_actor(territory.patient)).get(PAGE).content.decode()
    for expected in (
        "Scanner de la tête",
        territory.imageur.label,
        territory.reader.name,
        "A lu vos images et signé votre compte rendu.",
        "A demandé cet examen pour vous.",
        "Fait partie de l’équipe de radiologues",
        "Ouvert le ",
        "vos images (",
    ):
        assert expected in words
    for jargon in ("viewed", "DICOM", "imageur", "audit", "act ", "workflow", "traçabilité"):
        assert jargon not in words


def test_an_exam_that_was_only_asked_for_counts_too(territory: Territory, login: Login, at: datetime) -> None:
    act = submitted(territory).act
    record_view("act", by=replace(territory.imageur, session="x"), at=at, subject=subject_of(act))
    words = login(make_patient_actor(territory.patient)).get(PAGE).content.decode()
    assert territory.imageur.label in words


def test_what_is_opened_outside_any_exam_is_told_too(territory: Territory, login: Login) -> None:
    patient, double = territory.patient, PatientFactory(provisional=True)
    record_view(
        "identity",
        by=replace(territory.requester, session="x"),
        at=now(),
        subject=Subject("patient", double.pk, patient_id=double.pk),
    )
    Patient.objects.filter(pk=double.pk).update(merged_into=patient)
    login(territory.technologist).get(reverse("identities:patient", args=[patient.pk]))
    words = login(make_patient_actor(territory.patient)).get(PAGE).content.decode()
    assert territory.technologist.label in words
    assert territory.requester.label in words
    assert "votre fiche d’identité" in words


def test_free_words_wait_until_the_patient_is_told(
    territory: Territory, login: Login, report: Report, at: datetime
) -> None:
    stranger = make_actor(Role.IMAGEUR, territory.site)
    login(stranger).post(reverse(ASK), fill(stranger, report.act.accession_number))
    client = login(make_patient_actor(territory.patient))
    untold = client.get(PAGE).content.decode()
    assert stranger.label in untold
    assert WORDS not in untold
    for secret in (report.conclusion, report.patient_found):
        assert secret not in untold
    record_patient_told(report=report, how="in_person", companion="", by=territory.requester, at=at)
    assert WORDS in client.get(PAGE).content.decode()
