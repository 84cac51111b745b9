"""Rooms, planning, duty and hand-overs in a real Chromium: accessible, wide and narrow, light and dark."""

from collections.abc import Iterator
from datetime import time, timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect, sync_playwright

from diaphane.acquisition.operations import count_minutes
from diaphane.journeys.handing_over import propose_hand_over
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from diaphane.organisations.models import Day, Room
from diaphane.rosters.models import Shift
from diaphane.scheduling.models import RoomClosure, RoomHours
from diaphane.scheduling.operations import book_slot, cancel_slot
from diaphane.scheduling.waiting import wait_for_slot
from tests.browsing import make_cookie
from tests.chromium import IN_CHROMIUM, launch
from tests.factories import make_actor
from tests.integration.diaphane.acquisition.table import make_room, opened, started
from tests.live_server import LiveServer, serving
from tests.looks import check_every_look, sit
from tests.scenes import Territory, make_territory, under_review, validated

pytestmark = IN_CHROMIUM
Places = dict[str, tuple[Actor, str]]


@pytest.fixture
def territory(transactional_db: None) -> Territory:
    return make_territory()


@pytest.fixture
def server(territory: Territory, tmp_path: Path) -> Iterator[LiveServer]:
    with serving(tmp_path) as running:
        yield running


def test_times_and_people_on_pages_that_everybody_can_use(territory: Territory, server: LiveServer) -> None:
    places, morning = _set_the_scene(territory)
    check_every_look(server, places)
    cookie = make_cookie(morning, server.url)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = sit(browser, server, cookie)
        page.goto(places["hand_over"][1])
        page.get_by_role("button", name="Accepter : je prends ces dossiers").click()
        expect(page.get_by_text(f"Acceptée par {morning.label}")).to_be_visible()
        browser.close()


def _set_the_scene(territory: Territory) -> tuple[Places, Actor]:
    keeper = make_actor(Role.ADMINISTRATOR, territory.site)
    reader_keeper = make_actor(Role.ADMINISTRATOR, territory.reader)
    morning = make_actor(Role.IMAGEUR, territory.reader)
    _put_on_duty(territory, territory.imageur, "on_call", is_saturated=True)
    _put_on_duty(territory, morning, "second_line")
    started(territory)
    under_review(territory)
    given = propose_hand_over(
        receiver_id=morning.id, words="Lit 3 : douleur à réévaluer", by=territory.imageur, at=now()
    )
    waiting = _wait_for_a_slot(territory)
    room = Room.objects.filter(structure=territory.site).order_by("name")[0]
    return {
        "rooms": (keeper, reverse("rooms:list")),
        "room": (keeper, reverse("rooms:room", args=[room.pk])),
        "roster": (reader_keeper, reverse("rosters:roster")),
        "duty": (territory.requester, reverse("rosters:now")),
        "own_duty": (territory.imageur, reverse("rosters:now")),
        "give": (territory.imageur, reverse("rosters:give")),
        "hand_over": (morning, reverse("rosters:hand_over", args=[given.pk])),
        "planning": (territory.technologist, reverse("technologist:exam", args=[waiting])),
        "board": (territory.technologist, reverse("technologist:board")),
    }, morning


def _wait_for_a_slot(territory: Territory) -> object:
    """Leave an exam to plan that waits, to which a slot was proposed, in a room with hours and a closure."""
    exam, room, by, at = (
        opened(territory),
        make_room(territory, name="Scanner 2"),
        territory.technologist,
        now(),
    )
    for day in (Day.MONDAY, Day.TUESDAY, Day.WEDNESDAY, Day.THURSDAY):
        RoomHours.objects.create(room=room, day=day, opens=time(8), closes=time(12))
    Room.objects.filter(name="Scanner 1").update(buffer_minutes=10)
    RoomClosure.objects.create(
        room=room, starts_at=at, ends_at=at + timedelta(hours=7), reason="Maintenance annuelle"
    )
    wait_for_slot(act=exam.act, modality="CT", minutes=count_minutes(exam), by=by, at=at)
    freed, first = validated(territory).act, Room.objects.get(name="Scanner 1")
    book_slot(act=freed, room=first, starts_at=at + timedelta(hours=3), minutes=30, by=by, at=at)
    cancel_slot(act=freed, by=by, at=at)
    return exam.act_id


def _put_on_duty(territory: Territory, actor: Actor, kind: str, *, is_saturated: bool = False) -> None:
    at = now()
    Shift.objects.create(
        user_id=actor.id,
        structure=territory.reader,
        kind=kind,
        starts_at=at - timedelta(hours=2),
        ends_at=at + timedelta(hours=10),
        phone="01 99 00 00 09",
        languages=["fr", "en"],
        made_by_label="Direction",
        saturated_at=at if is_saturated else None,
    )
