"""What the checks found, on the MERM's card while the patient is there, and the answer given from it."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from diaphane.acquisition.checking import check_exam_images
from diaphane.acquisition.models import Exam
from diaphane.acquisition.operations import finish_acquisition
from diaphane.imaging.checked import QUIET
from diaphane.imaging.finding import Finding
from diaphane.imaging.operations import store_instance
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from tests.images import make_ct
from tests.integration.diaphane.acquisition.table import DOSE, started
from tests.reading_scenes import make_edge
from tests.scenes import Territory

from .pages import page, text_of, touch

Login = Callable[[Actor], Client]


@pytest.fixture
def exam(territory: Territory) -> Exam:
    """Return a finished exam whose fifth slice is missing, judged."""
    exam = started(territory)
    for number in (1, 2, 3, 4, 6, 7, 8):
        image = make_ct(exam.act, number=number, SeriesInstanceUID="2.25.77")
        store_instance(content=image, by=make_edge(territory), at=now())
    finished = finish_acquisition(exam=exam, facts=DOSE, by=territory.technologist, at=now())
    check_exam_images(act=exam.act, at=now() + QUIET)
    return finished


@pytest.fixture
def finding(exam: Exam) -> Finding:
    return Finding.objects.get(code="slice_gap")


def test_another_site_answers_nothing(territory: Territory, login: Login, finding: Finding) -> None:
    client = login(territory.outsider)
    answered = touch(client, "answer", finding.act.exam, finding=str(finding.pk), reason="x")
    assert answered.status_code in {403, 404}
    assert Finding.objects.get(pk=finding.pk).is_pending


def test_the_card_says_what_is_missing_and_what_to_do(
    territory: Territory, login: Login, exam: Exam, finding: Finding
) -> None:
    said = text_of(login(territory.technologist).get(page("exam", exam)))  # type: ignore[arg-type]
    assert "1 coupe manque, après l’image 4" in said
    assert "Renvoyez la série depuis l’appareil" in said
    assert "2 · Parenchyme" in said
    assert "Aucune série reconnue comme : Repérage" in said
    assert "les images ne le disent pas" in said


def test_the_board_counts_what_is_to_be_seen(territory: Territory, login: Login, finding: Finding) -> None:
    said = text_of(login(territory.technologist).get(page("board")))  # type: ignore[arg-type]
    assert "2 points à voir sur les images" in said


@pytest.mark.parametrize(
    "values", [{"reason": " "}, {"reason": "a" * 5001}, {"finding": "x", "reason": "Oui"}]
)
def test_an_answer_without_its_words_is_refused(
    territory: Territory, login: Login, exam: Exam, finding: Finding, values: dict[str, str]
) -> None:
    answered = touch(login(territory.technologist), "answer", exam, **({"finding": str(finding.pk)} | values))
    assert answered.status_code == 422
    assert "R88" in text_of(answered)
    assert Finding.objects.get(pk=finding.pk).is_pending


def test_an_answer_is_shown_with_its_author(
    territory: Territory, login: Login, exam: Exam, finding: Finding
) -> None:
    client = login(territory.technologist)
    values = {"finding": str(finding.pk), "reason": "Rejetée : le patient a bougé"}
    said = text_of(touch(client, "answer", exam, **values))
    assert "Rejetée : le patient a bougé" in said
    assert territory.technologist.label in said
    assert touch(client, "answer", exam, **values).status_code == 409


def test_the_radiologist_sees_it_and_answers_from_the_images_page(
    territory: Territory, login: Login, exam: Exam, finding: Finding
) -> None:
    client = login(territory.imageur)
    address = reverse("reports:check", args=[exam.act_id])
    assert "1 coupe manque, après l’image 4" in text_of(client.get(address))  # type: ignore[arg-type]
    values = {"finding": str(finding.pk), "reason": "Coupe d’air"}
    answered = client.post(
        reverse("reports:answer", args=[exam.act_id]), values, headers={"HX-Request": "true"}
    )
    assert answered["HX-Redirect"] == address
    assert "Coupe d’air" in text_of(client.get(address))  # type: ignore[arg-type]
