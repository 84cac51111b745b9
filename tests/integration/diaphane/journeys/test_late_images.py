"""Images that come outside their exam, or after the signature, are never attached in silence (R40, R88)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from diaphane.acquisition.late_images import IMAGES_AFTER_SIGNATURE, IMAGES_OUT_OF_TIME, settle_a_look
from diaphane.acquisition.models import Exam
from diaphane.acts.models import Act
from diaphane.acts.queries import list_open_duties
from diaphane.imaging.operations import store_instance
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.kernel.errors import ConflictError, NotAllowedError
from tests.images import make_ct
from tests.reading_scenes import accepted, acquired, in_progress, make_edge, scheduled, signed
from tests.scenes import Territory

Login = Callable[[Actor], Client]
RunJobs = Callable[[], int]
pytestmark = pytest.mark.django_db


def owed(act: Act) -> set[str]:
    return {duty.guard for duty in list_open_duties(act)} & {IMAGES_OUT_OF_TIME, IMAGES_AFTER_SIGNATURE}


def receive(territory: Territory, act: Act, *, by: Actor | None = None) -> None:
    at = now() + timedelta(seconds=5)
    store_instance(content=make_ct(act, number=99), by=by or make_edge(territory), at=at)


def test_images_before_the_start_wait_for_the_technologist(
    territory: Territory, login: Login, run_jobs: RunJobs
) -> None:
    exam = scheduled(territory)
    receive(territory, exam.act)
    run_jobs()
    assert owed(exam.act) == {IMAGES_OUT_OF_TIME}
    with pytest.raises(NotAllowedError):
        settle_a_look(act=exam.act, guard=IMAGES_OUT_OF_TIME, by=territory.imageur, at=now())
    client = login(territory.technologist)
    card = client.get(reverse("technologist:exam", args=[exam.act_id])).content.decode()
    assert "Des images sont arrivées hors de l’examen" in card
    client.post(reverse("technologist:look", args=[exam.act_id]))
    assert not owed(exam.act)
    with pytest.raises(ConflictError):
        settle_a_look(act=exam.act, guard=IMAGES_OUT_OF_TIME, by=territory.technologist, at=now())


def test_images_after_the_verdict_wait_for_the_technologist(territory: Territory, run_jobs: RunJobs) -> None:
    exam = accepted(territory)
    receive(territory, exam.act)
    run_jobs()
    assert owed(exam.act) == {IMAGES_OUT_OF_TIME}


def test_images_after_the_signature_wait_for_the_radiologist_too(
    territory: Territory, login: Login, run_jobs: RunJobs
) -> None:
    report = signed(territory)
    receive(territory, report.act)
    run_jobs()
    assert owed(report.act) == {IMAGES_OUT_OF_TIME, IMAGES_AFTER_SIGNATURE}
    client = login(territory.imageur)
    page = client.get(reverse("reports:check", args=[report.act_id])).content.decode()
    assert "Des images sont arrivées après la signature" in page
    client.post(reverse("reports:look", args=[report.act_id]))
    assert owed(report.act) == {IMAGES_OUT_OF_TIME}


@pytest.mark.parametrize("make", [in_progress, acquired])
def test_images_of_an_exam_under_way_are_awaited(
    territory: Territory, run_jobs: RunJobs, make: Callable[[Territory], Exam]
) -> None:
    exam = make(territory)
    receive(territory, exam.act)
    run_jobs()
    assert not owed(exam.act)


def test_what_a_reader_saves_beside_the_images_is_not_concerned(
    territory: Territory, run_jobs: RunJobs
) -> None:
    exam = accepted(territory)
    receive(territory, exam.act, by=territory.imageur)
    run_jobs()
    assert not owed(exam.act)
