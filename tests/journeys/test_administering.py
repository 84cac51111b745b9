"""An administrator opens an account on the pages; its owner comes in by mail and code (R18, R39, R41)."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core import mail
from playwright.sync_api import Browser, Page, expect

from diaphane.accounts.inviting_mail import mail_invitation
from diaphane.accounts.models import Invitation
from diaphane.kernel.actors import Actor, Role
from diaphane.kernel.clock import now
from tests.browsing import make_cookie, show_code
from tests.factories import StructureFactory, make_actor, make_finess, make_rpps
from tests.live_server import LiveServer, serving

pytestmark = pytest.mark.browser
LOOKS = ((1280, "light"), (1280, "dark"), (390, "light"))
OVERFLOW = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def server(transactional_db: None, tmp_path: Path) -> Iterator[LiveServer]:
    """Return a platform, without a worker: the test lets the mail leave."""
    with serving(tmp_path) as running:
        yield running


def sit(chromium: Browser, server: LiveServer, actor: Actor) -> Page:
    """Return a page of an actor who is logged in."""
    context = chromium.new_context(base_url=server.url)
    context.add_cookies([make_cookie(actor, server.url)])
    return context.new_page()


def look(page: Page, folder: Path, name: str) -> None:
    """Look at a page wide and narrow, light and dark: nothing spills over, axe finds nothing."""
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.wait_for_timeout(250)
        page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)
        assert not page.evaluate(OVERFLOW), (name, width)
        found = Axe().run(page).response["violations"]
        assert not found, (name, width, scheme, [each["id"] for each in found])
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light")


def test_a_structure_an_account_a_machine_and_the_first_login(
    chromium: Browser, server: LiveServer, tmp_path: Path
) -> None:
    keeper = make_actor(Role.PLATFORM_ADMINISTRATOR, StructureFactory(name="Agence de la plateforme"))
    page = sit(chromium, server, keeper)
    page.goto("/")
    expect(page.get_by_role("heading", name="Structures")).to_be_visible()
    look(page, tmp_path, "structures")
    page.get_by_role("link", name="Créer une structure").click()
    page.fill("[name=name]", "Clinique des Brandes")
    page.fill("[name=finess]", make_finess(77_041))
    page.fill("[name=issuer]", "brandes")
    page.fill("[name=commune]", "00000")
    look(page, tmp_path, "create")
    page.get_by_role("button", name="Créer").click()
    expect(page.get_by_text("n’est pas un code INSEE")).to_be_visible()
    look(page, tmp_path, "structure")
    page.get_by_role("link", name="Ouvrir un compte").click()
    page.fill("[name=name]", "Dr Anne Roc")
    page.fill("[name=email]", "anne.roc@brandes.example")
    page.locator("[name=role]").select_option(Role.ADMINISTRATOR.value)
    page.fill("[name=rpps]", make_rpps(910_041))
    page.fill("[name=speciality]", "Radiologie")
    look(page, tmp_path, "open")
    page.get_by_role("button", name="Ouvrir et inviter").click()
    code = page.locator(".once").inner_text()
    look(page, tmp_path, "invited")
    page.goto("/annuaire/machines/nouvelle/")
    page.get_by_label("Collecteur de traces").check()
    page.fill("[name=label]", "Collecteur du site")
    look(page, tmp_path, "machine")
    page.get_by_role("button", name="La faire entrer").click()
    expect(page.locator(".once")).to_be_visible()
    look(page, tmp_path, "token")
    page.goto("/annuaire/machines/")
    look(page, tmp_path, "machines")
    come_in(chromium, server, code, tmp_path)
    page.goto(f"/annuaire/personnes/{Invitation.objects.get().user_id}/")
    expect(page.get_by_text("Compte ouvert")).to_be_visible()
    look(page, tmp_path, "person")
    page.context.close()


def come_in(chromium: Browser, server: LiveServer, code: str, folder: Path) -> None:
    """Open the link of the mail, choose a password, set up the second factor."""
    mail_invitation(invitation_id=Invitation.objects.get().pk, at=now())
    found = re.search(r"/compte/invitation/#\S+", str(mail.outbox[-1].body))
    assert found
    page = chromium.new_context(base_url=server.url).new_page()
    page.goto(found.group(0))
    expect(page.locator("[name=code]")).to_be_focused()
    assert "#" not in page.url
    look(page, folder, "join")
    page.fill("[name=code]", code.lower())
    page.fill("[name=password]", "une phrase que je dirais seule")
    page.fill("[name=again]", "une phrase que je dirais seule")
    page.get_by_role("button", name="Ouvrir mon compte").click()
    page.wait_for_url("**/2fa/totp/activate/**")
    page.locator("summary").click()
    secret = page.locator(".qr-secret .mono").inner_text()
    page.fill("[name=code]", show_code(secret))
    page.get_by_role("button", name="Activer").click()
    page.get_by_role("link", name="Je les ai gardés, continuer").click()
    expect(page.get_by_role("link", name="Annuaire").first).to_be_visible()
    page.context.close()
