"""People, proofs and conventions in a real Chromium: accessible, wide and narrow, light and dark."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect, sync_playwright

from diaphane.kernel.actors import Role
from tests.browsing import make_cookie
from tests.chromium import IN_CHROMIUM, launch
from tests.documents import make_png
from tests.factories import make_actor, put_out_of_order
from tests.live_server import LiveServer, serving
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


def test_a_proof_is_brought_and_checked_on_pages_that_everybody_can_use(
    territory: Territory, server: LiveServer, tmp_path: Path
) -> None:
    administrator = make_actor(Role.ADMINISTRATOR, territory.reader)
    put_out_of_order(territory.imageur, "insurance")
    (tmp_path / "attestation.png").write_bytes(make_png(width=64))
    today = timezone.localdate()
    pages = {
        "people": reverse("directory:people"),
        "person": reverse("directory:person", args=[territory.imageur.id]),
        "structures": reverse("directory:structures"),
        "conventions": reverse("directory:conventions"),
        "convention": reverse("directory:convention", args=[territory.convention.pk]),
        "propose": reverse("directory:propose"),
        "myself": reverse("directory:myself"),
    }
    own, cookie = make_cookie(territory.imageur, server.url), make_cookie(administrator, server.url)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        mine = browser.new_context(locale="fr-FR", base_url=server.url)
        mine.add_cookies([own])  # type: ignore[list-item]
        page = mine.new_page()
        page.goto(pages["myself"])
        page.get_by_label("Ce qu’il prouve").select_option("insurance")
        page.get_by_label("Délivré par").fill("Mutuelle fictive")
        page.get_by_label("Délivré le").fill(f"{today:%Y-%m-%d}")
        page.get_by_label("Court jusqu’au").fill(f"{today + timedelta(300):%Y-%m-%d}")
        page.get_by_label("Document", exact=False).set_input_files(tmp_path / "attestation.png")
        page.get_by_role("button", name="Déposer ce justificatif").click()
        expect(page.get_by_text("En attente de vérification").first).to_be_visible()
        for width, light in LOOKS:
            context = browser.new_context(
                viewport={"width": width, "height": 900},
                locale="fr-FR",
                color_scheme=light,  # type: ignore[arg-type]
                base_url=server.url,
            )
            context.add_cookies([cookie])  # type: ignore[list-item]
            looked_at = context.new_page()
            for name, address in pages.items():
                looked_at.goto(address)
                found = Axe().run(looked_at).response["violations"]
                serious = [each["id"] for each in found if each["impact"] in {"serious", "critical"}]
                if folder := os.environ.get("LOOKS"):
                    looked_at.screenshot(path=f"{folder}/{name}-{width}-{light}.png", full_page=True)
                assert serious == [], f"{name} {width} {light}"
                assert not looked_at.evaluate(OVERFLOW), f"{name} {width}"
            if light == "light" and width > 1000:
                looked_at.goto(pages["person"])
                looked_at.get_by_role("button", name="Je l’ai regardé : il est conforme").click()
                expect(looked_at.get_by_text("En attente de vérification")).to_have_count(0)
        browser.close()
