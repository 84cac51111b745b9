"""The technologist's pages in a real Chromium: live, touched with gloves, nothing typed is lost."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.db import connection
from playwright.sync_api import Page, expect, sync_playwright

from diaphane.acquisition.models import Exam, ExamState, LinkTest
from diaphane.acquisition.operations import supervise_exam
from diaphane.kernel.clock import now
from diaphane.scheduling.models import Appointment
from tests.browsing import read_session
from tests.chromium import IN_CHROMIUM, launch
from tests.integration.diaphane.acquisition.table import (
    IOMEPROL,
    arrived,
    make_room,
    opened,
    planned,
    probe_link,
    ready,
    receive,
    started,
)
from tests.live_server import LiveServer, serving
from tests.scenes import Territory, make_territory

pytestmark = IN_CHROMIUM
REFUSAL = "#refusal"


@pytest.fixture
def territory(transactional_db: None) -> Territory:
    return make_territory()


@pytest.fixture
def server(territory: Territory, tmp_path: Path) -> Iterator[LiveServer]:
    with serving(tmp_path) as running:
        yield running


@contextmanager
def at_the_table(server: LiveServer, session: str, *, width: int = 1024) -> Iterator[Page]:
    """Open a tablet; no query of ours inside this thread, Playwright's loop would keep its connection."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        context = browser.new_context(
            viewport={"width": width, "height": 800}, locale="fr-FR", has_touch=True, base_url=server.url
        )
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": server.url}])
        yield context.new_page()
        browser.close()


def elsewhere(function: Any, *args: Any, **kwargs: Any) -> Any:
    """Do what someone else does meanwhile, in a thread and on a connection of its own."""

    def run() -> Any:
        try:
            return function(*args, **kwargs)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as someone:
        return someone.submit(run).result()


def check_access(page: Page) -> None:
    """Find nothing serious or critical by axe."""
    found = Axe().run(page).response["violations"]
    assert [each["id"] for each in found if each["impact"] in {"serious", "critical"}] == []


def press(page: Page, label: str) -> None:
    page.get_by_role("button", name=label, exact=True).tap()


def test_an_emergency_is_planned_by_one_touch_even_doubled(server: LiveServer, territory: Territory) -> None:
    exam, session = opened(territory, urgency="vital"), read_session(territory.technologist)
    make_room(territory)
    with at_the_table(server, session) as page:
        board = page.context.new_page()
        board.goto("/manipulation/")
        check_access(board)
        page.goto(f"/manipulation/{exam.act_id}/")
        check_access(page)
        page.locator("button[value=now]").first.dblclick()
        expect(page.get_by_role("button", name="Le patient est arrivé")).to_be_visible()
        expect(board.locator(".place", has_text="Attendus").locator(".card-exam")).to_have_count(1)
    assert Appointment.objects.count() == 1


def test_the_supervisor_s_name_comes_by_itself_and_what_is_typed_stays(
    server: LiveServer, territory: Territory
) -> None:
    exam, session = arrived(territory, contrast=IOMEPROL), read_session(territory.technologist)
    with at_the_table(server, session) as page:
        page.goto(f"/manipulation/{exam.act_id}/")
        check_access(page)
        expect(page.locator("[data-live]")).to_have_attribute("data-state", "open")
        expect(page.locator("#missing")).to_contain_text("R40")
        page.get_by_text("Traits relus, bracelet").tap()
        expect(page.locator("#missing")).not_to_contain_text("R40")
        page.locator("#id_on_site_physician").fill("Dr Paul")
        elsewhere(supervise_exam, exam=exam, by=territory.imageur, at=now())
        expect(page.locator("#stage")).to_contain_text(f"{territory.imageur.label} supervise à distance")
        expect(page.locator("#id_on_site_physician")).to_have_value("Dr Paul")


def test_who_was_slower_is_told_and_sees_the_fresh_card(server: LiveServer, territory: Territory) -> None:
    exam, session = ready(territory), read_session(territory.technologist)
    with at_the_table(server, session) as page:
        slow = page.context.new_page()
        for deaf in ("**/direct/*", "**/live*"):
            slow.route(deaf, lambda route: route.abort())
        for each in (page, slow):
            each.goto(f"/manipulation/{exam.act_id}/")
        press(page, "Démarrer l’examen")
        expect(page.locator("#finish")).to_be_visible()
        press(slow, "Démarrer l’examen")
        expect(slow.locator(REFUSAL)).to_contain_text("n’est plus possible")
        expect(slow.locator("#finish")).to_be_visible()
    assert Exam.objects.get(pk=exam.pk).state == ExamState.IN_PROGRESS


def test_counts_follow_the_images_and_an_absurd_dose_loses_nothing(
    server: LiveServer, territory: Territory
) -> None:
    exam, session = started(territory), read_session(territory.technologist)
    with at_the_table(server, session, width=390) as page:
        page.goto(f"/manipulation/{exam.act_id}/")
        expect(page.locator("[data-live]")).to_have_attribute("data-state", "open")
        page.locator("#id_incidents").fill("Petite extravasation")
        elsewhere(receive, territory, exam, count=3)
        expect(page.locator(".counts-trio .is-verified dd")).to_have_text("3")
        expect(page.locator("#id_incidents")).to_have_value("Petite extravasation")
        page.locator("#id_dlp").fill("-4")
        press(page, "Acquisition terminée")
        expect(page.locator(REFUSAL)).to_contain_text("PDL")
        expect(page.locator("#id_incidents")).to_have_value("Petite extravasation")
        check_access(page)
        elsewhere(receive, territory, exam, count=1)
        expect(page.locator(".counts-trio .is-verified dd")).to_have_text("4")
        expect(page.locator(REFUSAL)).to_contain_text("PDL")
        page.locator("#id_dlp").fill("742,5")
        press(page, "Acquisition terminée")
        expect(page.locator("#stage")).to_contain_text("Garder le patient sur table")
        expect(page.locator(".stage-state")).to_be_in_viewport()
    assert Exam.objects.get(pk=exam.pk).incidents == "Petite extravasation"


def test_the_link_is_measured_said_in_words_and_leads_back(server: LiveServer, territory: Territory) -> None:
    exam, session = arrived(territory), read_session(territory.technologist)
    with at_the_table(server, session) as page:
        page.goto(f"/manipulation/{exam.act_id}/")
        page.get_by_role("link", name="Tester la liaison").tap()
        page.wait_for_url("**/liaison/*")
        expect(page.get_by_role("button", name="Commencer le test")).to_be_visible()
        check_access(page)
        press(page, "Commencer le test")
        expect(page.locator("#link-result")).to_contain_text(
            re.compile("Bonne liaison|Liaison faible"), timeout=60_000
        )
        check_access(page)
    measured = LinkTest.objects.get()
    assert measured.structure_id == territory.site.pk
    assert measured.down_mbps > 0


def test_a_cut_during_the_link_test_records_nothing(server: LiveServer, territory: Territory) -> None:
    session = read_session(territory.technologist)
    with at_the_table(server, session) as page:
        page.goto("/manipulation/liaison/")
        page.route("**/descente/*", lambda route: route.abort())
        press(page, "Commencer le test")
        expect(page.locator("[data-says=failed]")).to_be_visible()
        expect(page.get_by_role("button", name="Commencer le test")).to_be_enabled()
    assert not LinkTest.objects.exists()


def test_a_cancellation_without_its_reason_is_refused_in_the_dialog(
    server: LiveServer, territory: Territory
) -> None:
    exam, session = planned(territory), read_session(territory.technologist)
    probe_link(territory)
    with at_the_table(server, session, width=390) as page:
        page.goto(f"/manipulation/{exam.act_id}/")
        press(page, "Annuler l’examen")
        dialog = page.locator("dialog#cancel")
        check_access(page)
        dialog.get_by_role("button", name="Annuler l’examen").tap()
        expect(dialog.locator("[data-refusal]")).to_contain_text("R60")
        dialog.get_by_text("Panne").tap()
        dialog.get_by_role("button", name="Annuler l’examen").tap()
        expect(page.locator("#stage")).to_contain_text("Cet examen n’a pas lieu")
    assert Exam.objects.get(pk=exam.pk).state == ExamState.CANCELLED
