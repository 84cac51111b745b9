"""The hospital's messages in a real Chromium: accessible, wide and narrow, light and dark."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page, sync_playwright

from diaphane.admissions.models import ReceivedMessage
from diaphane.admissions.receiving import receive_message
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from diaphane.patients.models import PatientIdentifier
from tests.browsing import read_session
from tests.chromium import IN_CHROMIUM, launch
from tests.factories import make_actor
from tests.live_server import LiveServer, serving
from tests.mllp import AdtText, open_peer
from tests.scenes import Territory, make_territory

pytestmark = IN_CHROMIUM
LOOKS = ((1280, "light"), (1280, "dark"), (390, "light"))
OVERFLOW = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def territory(transactional_db: None) -> Territory:
    return make_territory()


@pytest.fixture
def server(territory: Territory, tmp_path: Path) -> Iterator[LiveServer]:
    with serving(tmp_path) as running:
        yield running


def receive_some(territory: Territory) -> ReceivedMessage:
    """Receive one message that is applied with a difference, and one kept aside; return the latter."""
    peer = open_peer(territory.site)
    ipp = PatientIdentifier.objects.get(patient=territory.patient).value
    for message in (
        AdtText(event="A08", ipp=ipp, name="NOUVEAU^Zoé^^^^^L", born="", sex=""),
        AdtText(event="A01", ipp="IPP9", born="195403", name="UN-NOM-TRÈS-LONG-ET-COMPOSÉ^Zoé^^^^^L"),
    ):
        receive_message(message.encode(), peers=[peer], at=now())
    return ReceivedMessage.objects.get(state="aside")


def look(page: Page, name: str) -> None:
    found = Axe().run(page).response["violations"]
    serious = [each["id"] for each in found if each["impact"] in {"serious", "critical"}]
    assert serious == [], name
    assert not page.evaluate(OVERFLOW), name


def test_every_page_is_accessible_at_every_size_and_in_both_lights(
    territory: Territory, server: LiveServer
) -> None:
    aside = receive_some(territory)
    administrator = make_actor(Role.ADMINISTRATOR, territory.site)
    pages: list[tuple[Actor, str]] = [
        (administrator, reverse("admissions:list")),
        (administrator, reverse("admissions:message", args=[aside.pk])),
        (administrator, reverse("admissions:open_peer")),
        (territory.technologist, reverse("identities:patient", args=[territory.patient.pk])),
    ]
    sessions = {each.id: read_session(each) for each in (administrator, territory.technologist)}
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for width, light in LOOKS:
            for actor, address in pages:
                context = browser.new_context(
                    viewport={"width": width, "height": 900},
                    locale="fr-FR",
                    color_scheme=light,  # type: ignore[arg-type]
                    base_url=server.url,
                )
                cookie = {
                    "name": settings.SESSION_COOKIE_NAME,
                    "value": sessions[actor.id],
                    "url": server.url,
                }
                context.add_cookies([cookie])  # type: ignore[list-item]
                page = context.new_page()
                page.goto(address)
                look(page, f"{address} {width} {light}")
                context.close()
        browser.close()
