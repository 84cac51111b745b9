"""People, proofs and conventions in a real Chromium: accessible, wide and narrow, light and dark."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect, sync_playwright

from diaphane.kernel.actors import Role
from tests.browsing import make_cookie
from tests.chromium import IN_CHROMIUM, launch
from tests.documents import make_png
from tests.factories import make_actor, put_out_of_order
from tests.live_server import LiveServer, serving
from tests.looks import check_every_look, sit
from tests.scenes import Territory, make_territory

pytestmark = IN_CHROMIUM


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
    own = make_cookie(territory.imageur, server.url)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = sit(browser, server, own)
        page.goto(pages["myself"])
        page.get_by_label("Ce qu’il prouve").select_option("insurance")
        page.get_by_label("Délivré par").fill("Mutuelle fictive")
        page.get_by_label("Délivré le").fill(f"{today:%Y-%m-%d}")
        page.get_by_label("Court jusqu’au").fill(f"{today + timedelta(300):%Y-%m-%d}")
        page.get_by_label("Document", exact=False).set_input_files(tmp_path / "attestation.png")
        page.get_by_role("button", name="Déposer ce justificatif").click()
        expect(page.get_by_text("En attente de vérification").first).to_be_visible()
        browser.close()
    check_every_look(server, {name: (administrator, address) for name, address in pages.items()})
    cookie = make_cookie(administrator, server.url)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = sit(browser, server, cookie)
        page.goto(pages["person"])
        page.get_by_role("button", name="Je l’ai regardé : il est conforme").click()
        expect(page.get_by_text("En attente de vérification")).to_have_count(0)
        browser.close()
