"""The papers of a site and a patient's preparation in a real Chromium: accessible, wide, narrow, dark."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import sync_playwright

from diaphane.acquisition.operations import open_exam, schedule_exam
from diaphane.demo.papers import list_equipment
from diaphane.kernel.actors import Role
from diaphane.kernel.clock import now
from diaphane.organisations.models import Paper, PaperKind
from tests.browsing import make_cookie
from tests.chromium import IN_CHROMIUM, launch
from tests.factories import PaperFactory, RoomFactory, make_actor, make_patient_actor
from tests.live_server import LiveServer, serving
from tests.scenes import Territory, make_territory, validated

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


def test_papers_and_preparation_are_pages_that_everybody_can_use(
    territory: Territory, server: LiveServer
) -> None:
    manager, patient = make_actor(Role.ADMINISTRATOR, territory.site), make_patient_actor(territory.patient)
    list_equipment(territory.site, by=territory.technologist, at=now())
    charter = PaperFactory(site=territory.site, kind=PaperKind.COMMITMENT)
    written = PaperFactory(site=territory.site, kind=PaperKind.RISKS, version=2, written=True)
    exam = open_exam(act=validated(territory, urgency="scheduled", exam_code="CT-PE").act, at=now())
    room, starts_at = RoomFactory(structure=territory.site), now() + timedelta(days=9)
    schedule_exam(exam=exam, room=room, starts_at=starts_at, by=territory.technologist, at=now())
    Paper.objects.filter(kind=PaperKind.DEGRADED).delete()
    pages = {
        "site": (manager, reverse("papers:list")),
        "version": (manager, reverse("papers:version", args=[written.pk])),
        "charter": (manager, reverse("papers:version", args=[charter.pk])),
        "write": (manager, reverse("papers:write", args=["degraded"])),
        "none": (manager, reverse("papers:in_force", args=[territory.site.pk, "degraded"])),
        "equipment": (
            territory.technologist,
            reverse("papers:check_equipment", args=[territory.site.equipment.earliest("name").pk]),
        ),
        "card": (territory.technologist, reverse("technologist:exam", args=[exam.act_id])),
        "preparing": (patient, reverse("patient:prepare", args=[exam.act_id])),
    }
    cookies = {who.id: make_cookie(who, server.url) for who, _address in pages.values()}
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for width, light in LOOKS:
            for name, (who, address) in pages.items():
                context = browser.new_context(
                    viewport={"width": width, "height": 900},
                    locale="fr-FR",
                    color_scheme=light,  # type: ignore[arg-type]
                    base_url=server.url,
                )
                context.add_cookies([cookies[who.id]])  # type: ignore[list-item]
                page = context.new_page()
                page.goto(address)
                found = Axe().run(page).response["violations"]
                serious = [each["id"] for each in found if each["impact"] in {"serious", "critical"}]
                if folder := os.environ.get("LOOKS"):
                    page.screenshot(path=f"{folder}/papers-{name}-{width}-{light}.png", full_page=True)
                assert not serious, (name, width, light, serious)
                assert not page.evaluate(OVERFLOW), (name, width, light)
                context.close()
        browser.close()
