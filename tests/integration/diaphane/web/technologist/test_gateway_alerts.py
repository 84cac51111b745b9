"""What is wrong with the gateway stands on the board of its site, with what to do."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localtime

from diaphane.imaging.gateways import BacklogTally, GatewayStatus, record_gateway_status
from diaphane.imaging.models import GatewayAlert
from diaphane.imaging.watching import SILENT_AFTER, watch_gateways
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from tests.factories import make_actor
from tests.reading_scenes import make_edge
from tests.scenes import Territory

from .pages import page, text_of

Login = Callable[[Actor], Client]
WELL = GatewayStatus("LISIERE", waiting=0, set_aside=0, oldest_seconds=0, last_error="", studies=())


@pytest.fixture
def alert(territory: Territory, at: datetime) -> GatewayAlert:
    record_gateway_status(status=WELL, by=make_edge(territory), at=at)
    watch_gateways(at=at + SILENT_AFTER)
    return GatewayAlert.objects.get()


def board(client: Client) -> str:
    return text_of(client.get(page("board_live")))  # type: ignore[arg-type]


def take(client: Client, alert: GatewayAlert) -> int:
    return client.post(reverse("technologist:acknowledge_alert", args=[alert.pk])).status_code


def test_a_visitor_and_another_role_take_no_alert(
    alert: GatewayAlert, territory: Territory, login: Login, client: Client
) -> None:
    assert take(client, alert) == 302
    assert take(login(make_actor(Role.REQUESTING_PHYSICIAN, territory.site)), alert) == 403
    alert.refresh_from_db()
    assert alert.state == "open"


def test_another_site_finds_no_such_alert(alert: GatewayAlert, territory: Territory, login: Login) -> None:
    stranger = login(make_actor(Role.TECHNOLOGIST, territory.reader))
    assert "LISIERE" not in board(stranger)
    assert take(stranger, alert) == 404


def test_the_board_says_what_is_wrong_and_what_to_do(
    alert: GatewayAlert, territory: Territory, login: Login
) -> None:
    shown = board(login(territory.technologist))
    assert "La passerelle LISIERE ne donne plus de nouvelles depuis" in shown
    assert "Si un examen est urgent, téléphonez au radiologue sans attendre." in shown
    assert "Je m’en occupe" in shown


def test_an_alert_that_is_taken_says_by_whom(alert: GatewayAlert, territory: Territory, login: Login) -> None:
    client = login(territory.technologist)
    assert take(client, alert) == 302
    shown = board(client)
    assert f"{territory.technologist.label} s’en occupe" in shown
    assert "Je m’en occupe" not in shown
    assert take(client, alert) == 409


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (replace(WELL, set_aside=1), "1 image est mise de côté sur la passerelle LISIERE"),
        (
            replace(WELL, backlog=BacklogTally(steps_waiting=2, steps_oldest_seconds=9999)),
            "2 déroulements d’examen (MPPS) attendent sur la passerelle LISIERE",
        ),
        (
            replace(WELL, backlog=BacklogTally(steps_refused=1)),
            "La plateforme refuse 1 déroulement d’examen (MPPS)",
        ),
        (
            replace(WELL, backlog=BacklogTally(commitments_waiting=1, commitments_oldest_seconds=9999)),
            "N’effacez rien sur la modalité",
        ),
        (replace(WELL, disk_free_bytes=1, disk_total_bytes=1 << 40), "est presque plein"),
    ],
)
def test_each_kind_has_its_words(
    territory: Territory, login: Login, at: datetime, status: GatewayStatus, words: str
) -> None:
    record_gateway_status(status=status, by=make_edge(territory), at=at)
    assert words in board(login(territory.technologist))


def test_a_mail_that_could_not_leave_is_said(alert: GatewayAlert, territory: Territory, login: Login) -> None:
    GatewayAlert.objects.update(mail_error="ConnectionRefusedError")
    assert "n’a pas pu partir" in board(login(territory.technologist))


def test_nothing_is_said_when_all_is_well(territory: Territory, login: Login, at: datetime) -> None:
    record_gateway_status(status=WELL, by=make_edge(territory), at=at)
    assert "LISIERE" not in board(login(territory.technologist))


def test_what_has_waited_since_another_day_says_which(territory: Territory, login: Login) -> None:
    waits = BacklogTally(commitments_waiting=1, commitments_oldest_seconds=3 * 24 * 3600)
    record_gateway_status(status=replace(WELL, backlog=waits), by=make_edge(territory), at=now())
    then = localtime(now() - timedelta(days=3))
    assert f"depuis le {then:%d/%m} à " in board(login(territory.technologist))
