"""The site's day: one card per exam, in its section, with what must be known at a glance."""

from collections.abc import Callable
from datetime import timedelta

from django.test import Client

from diaphane.acquisition.models import Exam
from diaphane.acquisition.quality import accept_images, ask_repeat, begin_check
from diaphane.imaging.operations import store_instance
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.scheduling.models import Appointment
from tests.images import make_ct
from tests.integration.diaphane.acquisition.table import (
    arrived,
    finished,
    opened,
    planned,
    probe_link,
    receive,
    started,
)
from tests.reading_scenes import make_edge
from tests.scenes import Territory

from .pages import page, text_of

Login = Callable[[Actor], Client]


def board(client: Client) -> str:
    return text_of(client.get(page("board_live")))  # type: ignore[arg-type]


def test_an_empty_day_says_so(territory: Territory, login: Login) -> None:
    assert "Aucun examen aujourd’hui" in board(login(territory.technologist))


def test_an_exam_stands_in_the_section_of_its_state(territory: Territory, login: Login) -> None:
    client = login(territory.technologist)
    for scene, words in (
        (opened, "À planifier"),
        (planned, "Attendus"),
        (arrived, "Arrivés"),
        (started, "En cours"),
        (finished, "Images qui partent"),
    ):
        exam = scene(territory)
        sections = board(client).split('class="place ')
        place = next(each for each in sections if str(exam.act_id) in each)
        assert words in place
        Appointment.objects.all().update(cancelled_at=now())


def test_someone_who_waits_is_shown_with_the_time_since_arrival(territory: Territory, login: Login) -> None:
    exam = arrived(territory)
    Exam.objects.filter(pk=exam.pk).update(arrived_at=now() - timedelta(minutes=25))
    shown = board(login(territory.technologist))
    assert "attend depuis 25 min" in shown
    assert "Aucun radiologue ne supervise encore" in shown


def test_images_are_counted_while_they_come(territory: Territory, login: Login) -> None:
    exam = started(territory)
    receive(territory, exam, count=2)
    assert "2 / 2 images vérifiées" in board(login(territory.technologist))


def test_the_patient_stays_until_the_images_are_accepted(territory: Territory, login: Login) -> None:
    exam, client = finished(territory), login(territory.technologist)
    assert "Garder le patient sur table" in board(client)
    assert "Le patient peut quitter la salle" not in board(client)
    accept_images(exam=begin_check(exam=exam, by=territory.imageur, at=now()), by=territory.imageur, at=now())
    assert "Le patient peut quitter la salle" in board(client)
    assert "Garder le patient sur table" not in board(client)


def test_a_repeat_is_seen_from_the_board(territory: Territory, login: Login) -> None:
    exam = begin_check(exam=finished(territory), by=territory.imageur, at=now())
    ask_repeat(exam=exam, reason="Refaire la base", by=territory.imageur, at=now())
    assert "Le radiologue demande d’autres images" in board(login(territory.technologist))


def test_an_exam_of_another_day_is_set_apart(territory: Territory, login: Login) -> None:
    exam = planned(territory)
    ends_at = now() + timedelta(days=2, minutes=20)
    Appointment.objects.filter(act=exam.act).update(
        starts_at=now() + timedelta(days=2), ends_at=ends_at, frees_at=ends_at
    )
    assert "1 un autre jour" in board(login(territory.technologist))


def test_a_link_never_tested_is_said_before_any_patient_comes(territory: Territory, login: Login) -> None:
    client = login(territory.technologist)
    assert "La liaison n’est pas testée" in board(client)
    probe_link(territory)
    assert "La liaison n’est pas testée" not in board(client)


def test_images_without_an_exam_are_announced(territory: Territory, login: Login) -> None:
    client = login(territory.technologist)
    assert "à rattacher" not in board(client)
    store_instance(content=make_ct(), by=make_edge(territory), at=now())
    assert "1 arrivée d’images à rattacher" in board(client)


def test_the_most_urgent_comes_first(territory: Territory, login: Login) -> None:
    calm, pressing = opened(territory, urgency="scheduled"), opened(territory, urgency="vital")
    shown = board(login(territory.technologist))
    assert shown.index(str(pressing.act_id)) < shown.index(str(calm.act_id))
