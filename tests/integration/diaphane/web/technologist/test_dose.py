"""The dose on the MERM's card: filled with what the device says, confirmed, compared, corrected."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from diaphane.acquisition.dose_reading import read_doses
from diaphane.acquisition.models import Exam, ExamState
from diaphane.imaging.operations import store_instance
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from tests.dose_objects import make_dose_report
from tests.images import make_ct
from tests.integration.diaphane.acquisition.table import started
from tests.reading_scenes import make_edge
from tests.scenes import Territory

from .pages import page, text_of, touch

Login = Callable[[Actor], Client]


@pytest.fixture
def client(territory: Territory, login: Login) -> Client:
    return login(territory.technologist)


@pytest.fixture
def exam(territory: Territory) -> Exam:
    """Return a head CT under way, whose dose report has come."""
    exam, edge = started(territory), make_edge(territory)
    store_instance(content=make_ct(exam.act), by=edge, at=now())
    store_instance(content=make_dose_report(exam.act), by=edge, at=now())
    read_doses(act=exam.act, at=now())
    return exam


def test_the_form_starts_from_what_the_device_says_and_names_it(client: Client, exam: Exam) -> None:
    said = text_of(client.get(page("exam", exam)))  # type: ignore[arg-type]
    assert 'name="dlp" value="766,8"' in said
    assert 'name="ctdi_vol" value="42,6' in said
    assert "Prérempli avec ce que dit l’appareil" in said
    assert "rapport de dose de l’appareil" in said
    assert "fantôme tête (16 cm)" in said


def test_finishing_confirms_it(client: Client, exam: Exam) -> None:
    said = text_of(touch(client, "finish", exam, dlp="766,8", ctdi_vol="42,6"))
    confirmed = Exam.objects.get(pk=exam.pk)
    assert (confirmed.state, confirmed.dlp, confirmed.dose_source) == (
        ExamState.ACQUIRED,
        Decimal("766.8"),
        "report",
    )
    assert "confirmée par le manipulateur" in said


def test_a_wrong_value_is_corrected_from_the_card(client: Client, exam: Exam) -> None:
    said = text_of(touch(client, "finish", exam, dlp="76,7"))
    assert "écrite par le manipulateur" in said
    card = text_of(client.get(page("exam", exam)))  # type: ignore[arg-type]
    assert "Enregistrer la dose" in card
    assert touch(client, "dose", exam, dlp="766,8").status_code == 200
    assert Exam.objects.get(pk=exam.pk).dose_source == "report"
    assert touch(client, "dose", exam, dlp="1").status_code == 409


def test_the_radiologist_sees_who_says_which_dose(territory: Territory, login: Login, exam: Exam) -> None:
    address = reverse("reports:check", args=[exam.act_id])
    said = text_of(login(territory.imageur).get(address))  # type: ignore[arg-type]
    assert "766,8 mGy·cm" in said
    assert "rapport de dose de l’appareil" in said


def test_an_exam_that_does_not_irradiate_speaks_of_no_dose(territory: Territory, client: Client) -> None:
    exam = started(territory, exam_code="MR-STROKE")
    store_instance(content=make_ct(exam.act, Modality="MR"), by=make_edge(territory), at=now())
    said = text_of(client.get(page("exam", exam)))  # type: ignore[arg-type]
    assert 'name="dlp"' not in said
    assert "Dose de l’examen" not in said
