"""The imageur who waits for images knows why they are late, and who sees to it."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from diaphane.imaging.gateways import BacklogTally, GatewayStatus, record_gateway_status
from diaphane.imaging.models import GatewayAlert
from diaphane.imaging.watching import (
    COMMITMENTS_LATE_AFTER,
    SILENT_AFTER,
    STEPS_LATE_AFTER,
    acknowledge_alert,
    watch_gateways,
)
from diaphane.kernel.actors import Actor
from tests.reading_scenes import accepted, in_progress, make_edge
from tests.scenes import Territory

Login = Callable[[Actor], Client]


def fall_silent(territory: Territory, at: datetime) -> GatewayAlert:
    status = GatewayStatus("LISIERE", waiting=0, set_aside=0, oldest_seconds=0, last_error="", studies=())
    record_gateway_status(status=status, by=make_edge(territory), at=at)
    watch_gateways(at=at + SILENT_AFTER)
    return GatewayAlert.objects.get()


@pytest.fixture
def alert(territory: Territory, at: datetime) -> GatewayAlert:
    return fall_silent(territory, at)


def text(shown: str) -> str:
    """Return what is shown, its spaces as typed."""
    return shown.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def read(client: Client, name: str, *args: object) -> str:
    return client.get(reverse(name, args=args)).content.decode()


def test_the_page_of_an_exam_says_that_its_images_are_late_and_who_knows(
    territory: Territory, alert: GatewayAlert, login: Login, at: datetime
) -> None:
    act, client = in_progress(territory).act, login(territory.imageur)
    shown = read(client, "reports:check_live", act.pk)
    assert "La passerelle LISIERE ne donne plus de nouvelles depuis" in shown
    assert f"Personne n’a encore vu l’alerte à {territory.site.name}. Téléphone :" in text(shown)
    acknowledge_alert(alert=alert, by=territory.technologist, at=at)
    shown = read(client, "reports:check_live", act.pk)
    assert f"{territory.technologist.label} s’en occupe" in shown


def test_the_reading_list_marks_the_exam(territory: Territory, alert: GatewayAlert, login: Login) -> None:
    in_progress(territory)
    assert "Images en retard" in read(login(territory.imageur), "reading_room:rows")


def test_nothing_is_said_of_an_exam_that_waits_for_no_image(
    territory: Territory, login: Login, at: datetime
) -> None:
    act, client = accepted(territory).act, login(territory.imageur)
    fall_silent(territory, at)
    assert "LISIERE" not in read(client, "reports:check_live", act.pk)
    assert "Images en retard" not in read(client, "reading_room:rows")


def test_nothing_is_said_of_what_makes_no_image_late(
    territory: Territory, login: Login, at: datetime
) -> None:
    status = GatewayStatus(
        "LISIERE",
        waiting=0,
        set_aside=0,
        oldest_seconds=0,
        last_error="",
        studies=(),
        disk_free_bytes=1,
        disk_total_bytes=1 << 40,
    )
    record_gateway_status(status=status, by=make_edge(territory), at=at)
    act = in_progress(territory).act
    assert "LISIERE" not in read(login(territory.imageur), "reports:check_live", act.pk)


def say(territory: Territory, at: datetime, backlog: BacklogTally) -> None:
    status = GatewayStatus(
        "LISIERE", waiting=0, set_aside=0, oldest_seconds=0, last_error="", studies=(), backlog=backlog
    )
    record_gateway_status(status=status, by=make_edge(territory), at=at)


LATE = int(STEPS_LATE_AFTER.total_seconds())


def test_a_step_that_waits_is_told_to_the_imageur_of_its_exam(
    territory: Territory, login: Login, at: datetime
) -> None:
    act, client = in_progress(territory).act, login(territory.imageur)
    studies = ("2.25.1", act.study_instance_uid)
    say(territory, at, BacklogTally(steps_waiting=1, steps_oldest_seconds=LATE, steps_studies=studies))
    shown = read(client, "reports:check_live", act.pk)
    assert "1 déroulement d’examen (MPPS) attend sur la passerelle LISIERE depuis" in shown
    assert "comptez-les avec le manipulateur" in shown
    assert "Séries annoncées en retard" in read(client, "reading_room:rows")


@pytest.mark.parametrize(
    "backlog",
    [
        BacklogTally(steps_waiting=1, steps_oldest_seconds=LATE, steps_studies=("2.25.1",)),
        BacklogTally(
            commitments_waiting=1, commitments_oldest_seconds=int(COMMITMENTS_LATE_AFTER.total_seconds())
        ),
    ],
    ids=["the step of another exam", "a commitment"],
)
def test_the_imageur_is_not_told_of_what_delays_nothing_of_their_exam(
    territory: Territory, login: Login, at: datetime, backlog: BacklogTally
) -> None:
    act = in_progress(territory).act
    say(territory, at, backlog)
    assert GatewayAlert.objects.pending().count() == 1
    assert "LISIERE" not in read(login(territory.imageur), "reports:check_live", act.pk)


def test_the_step_of_an_exam_that_is_accepted_is_awaited_no_more(
    territory: Territory, login: Login, at: datetime
) -> None:
    act = accepted(territory).act
    studies = (act.study_instance_uid,)
    say(territory, at, BacklogTally(steps_waiting=1, steps_oldest_seconds=LATE, steps_studies=studies))
    assert "LISIERE" not in read(login(territory.imageur), "reports:check_live", act.pk)
