"""An emergency without possible consent, from the table to the duty done; the pages pass axe everywhere."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, Page, expect, sync_playwright

from diaphane.acquisition.models import Exam
from diaphane.acts.models import Duty
from diaphane.consents.queries import get_consent
from diaphane.requests.models import ExamRequest
from tests.browsing import read_session
from tests.chromium import IN_CHROMIUM, launch
from tests.factories import make_patient_actor
from tests.integration.diaphane.acquisition.table import arrived, planned
from tests.live_server import LiveServer, serving
from tests.scenes import Territory, make_territory

pytestmark = IN_CHROMIUM
Theme = Literal["light", "dark"]
LOOKS: list[tuple[Theme, int]] = [("light", 1280), ("dark", 390)]
SHOWN = os.environ.get("DIAPHANE_SHOWN", "")


@pytest.fixture
def territory(transactional_db: None) -> Territory:
    return make_territory()


@pytest.fixture
def server(territory: Territory, tmp_path: Path) -> Iterator[LiveServer]:
    with serving(tmp_path) as running:
        yield running


@contextmanager
def looking(server: LiveServer) -> Iterator["Desk"]:
    """Start the browser; no query of ours inside, Playwright's loop would keep its connection."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield Desk(browser, server)
        browser.close()


class Desk:
    """One browser, and whoever sits before it."""

    def __init__(self, browser: Browser, server: LiveServer) -> None:
        self.browser, self.url = browser, server.url

    def open(self, session: str, path: str, *, theme: Theme = "light", width: int = 1280) -> Page:
        """Open a page as somebody."""
        context = self.browser.new_context(
            viewport={"width": width, "height": 900}, locale="fr-FR", color_scheme=theme, base_url=self.url
        )
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": self.url}])
        page: Page = context.new_page()
        page.goto(path)
        return page


def check_access(page: Page) -> None:
    """Find nothing serious or critical by axe, and nothing wider than the screen."""
    found = Axe().run(page).response["violations"]
    assert [
        (each["id"], [node["target"] for node in each["nodes"]])
        for each in found
        if each["impact"] in {"serious", "critical"}
    ] == []
    root = "document.documentElement"
    assert not page.evaluate(f"() => {root}.scrollWidth > {root}.clientWidth")


def test_an_emergency_without_possible_consent_is_owed_until_the_patient_is_informed(
    server: LiveServer, territory: Territory
) -> None:
    exam = arrived(territory, urgency="vital")
    technologist, requester = read_session(territory.technologist), read_session(territory.requester)
    with looking(server) as desk:
        page = desk.open(technologist, f"/manipulation/{exam.act_id}/", width=1024)
        for subject in ("consent_act", "consent_distance"):
            page.locator(f"input[name={subject}][value='impossible:nobody:emergency']").check()
        expect(page.locator("#ledger")).to_contain_text("R59")
        page.get_by_role("link", name="Information et accords").click()
        expect(page.locator("#owed")).to_be_visible()
        page = desk.open(requester, f"/demandes/{exam.act_id}/")
        page.get_by_role("link", name="Informer le patient").click()
        owed = page.locator("#owed")
        owed.get_by_label("Sur papier").check()
        owed.get_by_label("Au patient").check()
        owed.get_by_role("button", name="Le patient a été informé").click()
        expect(page.locator("#owed")).to_have_count(0)
        expect(page.get_by_text("version 1 sur papier, au patient").first).to_be_visible()
    assert Duty.objects.get(requirement="R59").state == Duty.State.DONE


def test_an_agreement_then_a_no_are_recorded(server: LiveServer, territory: Territory) -> None:
    exam, technologist = planned(territory), read_session(territory.technologist)
    with looking(server) as desk:
        page = desk.open(technologist, f"/accords/{exam.act_id}/", width=390)
        page.locator("summary", has_text="La personne est d’accord").click()
        agreement = page.locator("form[aria-label='La personne est d’accord']")
        for box in agreement.get_by_role("checkbox").all():
            box.uncheck()
        agreement.get_by_label("Le patient", exact=True).check()
        agreement.get_by_role("button").click()
        expect(page.locator("#refusal")).to_contain_text("R57")
        agreement.get_by_label("Accord pour l’examen").check()
        agreement.get_by_role("button").click()
        expect(page.get_by_text("Rien n’a encore été demandé.")).to_have_count(0)
        page.locator("summary", has_text="La personne dit non").click()
        refusal = page.locator("form[aria-label^='La personne dit non']")
        refusal.get_by_label("L’examen", exact=True).check()
        refusal.get_by_label("Le patient", exact=True).check()
        refusal.get_by_role("button").click()
        expect(page.locator("[role=status], .pill").filter(has_text="etir").first).to_be_visible()
    assert get_consent(exam.act, "act").outcome == "withdrawn"  # type: ignore[union-attr]


def test_every_look_of_the_pages_passes_axe(server: LiveServer, territory: Territory) -> None:
    exam = planned(territory)
    ExamRequest.objects.filter(act=exam.act).update(contrast_prescription="Ioméprol")
    patient = read_session(make_patient_actor(territory.patient))
    technologist = read_session(territory.technologist)
    pages = {
        "agreements": (technologist, f"/accords/{exam.act_id}/"),
        "sheets": (technologist, "/fiches/"),
        "sheet": (technologist, "/fiches/ct-contrast/1/"),
        "home": (patient, "/mon-espace/"),
        "information": (patient, f"/mon-espace/{exam.act_id}/comprendre/"),
    }
    with looking(server) as desk:
        for name, (session, path) in pages.items():
            for theme, width in LOOKS:
                page = desk.open(session, path, theme=theme, width=width)
                for fold in page.locator("details.fold > summary").all():
                    fold.click()
                check_access(page)
                if SHOWN:
                    page.screenshot(path=f"{SHOWN}/{name}-{theme}-{width}.png", full_page=True)
                page.context.close()
    assert Exam.objects.count() == 1
