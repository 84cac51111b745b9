"""The check and the editor in a real Chromium: live, nothing typed lost, signed once."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.db import connection
from playwright.sync_api import Page, expect, sync_playwright

from diaphane.acquisition.models import Exam
from diaphane.acquisition.quality import begin_check
from diaphane.acts.models import Step
from diaphane.imaging.operations import store_instance
from diaphane.kernel.clock import now
from diaphane.reporting.models import Report
from diaphane.reporting.operations import open_report
from tests.browsing import read_session, show_code
from tests.chromium import IN_CHROMIUM, launch
from tests.images import make_ct
from tests.live_server import LiveServer, serving
from tests.reading_scenes import accepted, acquired, drafted, in_progress, make_edge
from tests.scenes import Territory, make_territory

pytestmark = IN_CHROMIUM


@pytest.fixture
def territory(transactional_db: None) -> Territory:
    return make_territory()


@pytest.fixture
def server(territory: Territory, tmp_path: Path) -> Iterator[LiveServer]:
    with serving(tmp_path) as running:
        yield running


@contextmanager
def _browsing(server: LiveServer, session: str, *, width: int = 1440) -> Iterator[Page]:
    """Open a browser in someone's session; queries of ours inside go through ``_aside``."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        context = browser.new_context(viewport={"width": width, "height": 900}, locale="fr-FR")
        _log_in(context, server, session)
        yield context.new_page()
        browser.close()


def _log_in(context, server: LiveServer, session: str) -> None:
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": server.url}])


def _aside(act: Callable[[], object]) -> object:
    """Run database work in a thread of its own, away from Playwright's loop."""

    def run() -> object:
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(run).result()


def _check_access(page: Page) -> None:
    found = Axe().run(page, options={"iframes": False}).response["violations"]
    assert [each["id"] for each in found if each["impact"] in {"serious", "critical"}] == []


def _bar(page: Page):
    return page.locator(".keepbar")


def test_a_session_that_ends_in_the_middle_of_a_dictation_loses_nothing(server, territory):
    report = open_report(act=accepted(territory).act, by=territory.imageur, at=now())
    first, second = read_session(territory.imageur), read_session(territory.imageur)
    with _browsing(server, first) as page:
        page.goto(f"{server.url}/comptes-rendus/{report.act_id}/redaction/")
        _check_access(page)
        conclusion = page.locator("#id_conclusion")
        conclusion.press_sequentially("Pas d’hémorragie. ")
        expect(_bar(page)).to_have_attribute("data-keep", "kept")
        page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
        conclusion.press_sequentially("Pas de fracture.")
        expect(page.locator("#refusal")).to_contain_text("Votre session a expiré")
        expect(_bar(page)).to_have_attribute("data-keep", "lost")
        expect(conclusion).to_be_focused()
        conclusion.press_sequentially(" Fin.")
        expect(conclusion).to_have_value("Pas d’hémorragie. Pas de fracture. Fin.")
        _log_in(page.context, server, second)
        page.evaluate("dispatchEvent(new Event('focus'))")
        expect(_bar(page)).to_have_attribute("data-keep", "kept")
        expect(page.locator("#refusal")).to_be_empty()
    assert Report.objects.get(pk=report.pk).conclusion == "Pas d’hémorragie. Pas de fracture. Fin."


def test_what_is_sent_after_a_login_in_another_tab_takes_the_new_token_by_itself(server, territory):
    report = open_report(act=accepted(territory).act, by=territory.imageur, at=now())
    first, second = read_session(territory.imageur), read_session(territory.imageur)
    with _browsing(server, first) as page:
        page.goto(f"{server.url}/comptes-rendus/{report.act_id}/redaction/")
        page.context.clear_cookies()
        page.locator("#id_conclusion").press_sequentially("Pas d’hémorragie.")
        expect(page.locator("#refusal")).to_contain_text("Votre session a expiré")
        _log_in(page.context, server, second)
        page.locator("#id_conclusion").press_sequentially(" Pas de fracture.")
        expect(_bar(page)).to_have_attribute("data-keep", "kept")
    assert Report.objects.get(pk=report.pk).conclusion == "Pas d’hémorragie. Pas de fracture."


def test_a_network_cut_is_said_without_taking_the_cursor_and_the_text_is_kept_afterwards(server, territory):
    report = open_report(act=accepted(territory).act, by=territory.imageur, at=now())
    with _browsing(server, read_session(territory.imageur)) as page:
        page.goto(f"{server.url}/comptes-rendus/{report.act_id}/redaction/")
        page.context.set_offline(True)
        page.locator("#id_section-0").press_sequentially("Parenchyme normal.")
        expect(_bar(page)).to_have_attribute("data-keep", "lost")
        expect(page.locator("#refusal")).to_contain_text("serveur")
        expect(page.locator("#id_section-0")).to_be_focused()
        page.context.set_offline(False)
        page.evaluate("dispatchEvent(new Event('online'))")
        expect(_bar(page)).to_have_attribute("data-keep", "kept")
    assert Report.objects.get(pk=report.pk).sections[0][1] == "Parenchyme normal."


def test_what_is_missing_follows_the_typing_and_leads_to_its_field(server, territory):
    report = drafted(territory, criticality="", conclusion="")
    with _browsing(server, read_session(territory.imageur)) as page:
        page.goto(f"{server.url}/comptes-rendus/{report.act_id}/redaction/")
        expect(_bar(page)).to_have_attribute("data-gaps", "2")
        page.locator("#kept").get_by_role("link", name="La conclusion").click()
        expect(page.locator("#id_conclusion")).to_be_focused()
        page.keyboard.type("Normal.")
        expect(_bar(page)).to_have_attribute("data-gaps", "1")
        expect(page.get_by_label("Dit à")).to_be_hidden()
        page.get_by_label("Critique : dans les minutes, de vive voix").check()
        expect(page.get_by_label("Dit à")).to_be_visible()
        expect(_bar(page)).to_have_attribute("data-gaps", "4")
        page.get_by_label("Pas de résultat critique").check()
        expect(page.locator("#kept .gaps-done")).to_be_visible()
        _check_access(page)


def test_enter_in_the_code_signs_and_a_double_click_signs_once(server, territory):
    report = drafted(territory)
    with _browsing(server, read_session(territory.imageur)) as page:
        page.goto(f"{server.url}/comptes-rendus/{report.act_id}/redaction/")
        page.locator("#id_code").fill("000000")
        page.locator("#id_code").press("Enter")
        expect(page.locator("#refusal")).to_contain_text("R39")
        page.locator("#id_code").fill(show_code(lasting=15))
        page.locator("#sign").dblclick()
        page.wait_for_url(re.compile(rf"/comptes-rendus/{report.act_id}/$"))
        _check_access(page)
    assert Step.objects.filter(transition="sign").count() == 1


def test_a_refused_verdict_leads_to_the_words_it_waits_for(server, territory):
    exam = begin_check(exam=acquired(territory), by=territory.imageur, at=now())
    with _browsing(server, read_session(territory.imageur)) as page:
        page.goto(f"{server.url}/comptes-rendus/{exam.act_id}/images/")
        page.locator("#do-refuse").click()
        dialog = page.locator("dialog#not_interpretable")
        dialog.get_by_role("button", name="Refuser d’interpréter").click()
        expect(dialog.locator("[data-refusal]")).to_contain_text("R95")
        dialog.locator("[data-refusal] a").first.click()
        expect(dialog.locator("[name=comment]")).to_be_focused()
        _check_access(page)
    assert Exam.objects.get(pk=exam.pk).state == "checking"


def test_enter_in_a_field_of_the_text_signs_nothing(server, territory):
    report = drafted(territory, criticality=Report.Criticality.HOURS)
    with _browsing(server, read_session(territory.imageur)) as page:
        page.goto(f"{server.url}/comptes-rendus/{report.act_id}/redaction/")
        page.locator("#id_communicated_to").fill("Dr Garde")
        sent: list[str] = []
        page.on("request", lambda request: sent.append(request.url))
        with page.expect_response(re.compile("/garder/$")):
            page.locator("#id_communicated_to").press("Enter")
        expect(_bar(page)).to_have_attribute("data-keep", "kept")
        page.get_by_role("button", name="Garder le texte").click()
        expect(page.locator("#refusal")).to_be_empty()
        assert not [address for address in sent if address.endswith("/signer/")]
    kept = Report.objects.get(pk=report.pk)
    assert (kept.state, kept.communicated_to) == ("draft", "Dr Garde")


def test_images_come_into_the_page_by_themselves_and_move_to_a_second_screen(server, territory):
    exam, edge = in_progress(territory), make_edge(territory)
    with _browsing(server, read_session(territory.imageur)) as page:
        page.goto(f"{server.url}/comptes-rendus/{exam.act_id}/images/")
        expect(page.locator(".live")).to_have_attribute("data-state", "open")
        expect(page.locator(".pane-frame")).to_have_count(0)
        _check_access(page)

        def store(number: int) -> None:
            content = make_ct(exam.act, number=number, SeriesInstanceUID="1.2.77")
            store_instance(content=content, by=edge, at=now())

        def send(number: int) -> None:
            _aside(lambda: store(number))

        send(1)
        expect(page.locator(".pane-frame")).to_be_visible()
        send(2)
        count = page.frame_locator(".pane-frame").locator(".film-number")
        expect(count).to_have_text("1 / 2")  # the first look follows what arrives
        expect(page.locator("#show-more")).to_have_count(0)
        page.get_by_role("button", name="Visionneuse complète").click()
        send(3)
        page.locator("#show-more").click()
        expect(page.locator("#shown")).to_have_value("3")
        page.get_by_role("button", name="Premier regard").click()
        expect(count).to_have_text("2 / 3")
        with page.context.expect_page() as opened:
            page.locator("[data-apart]").click()
        assert opened.value.url.endswith(f"/examens/{exam.act_id}/apercu/")
        expect(page.locator(".pane-frame")).to_be_hidden()
        page.locator("[data-together]").click()
        expect(page.locator(".pane-frame")).to_be_visible()
    assert Exam.objects.get(pk=exam.pk).state == "in_progress"
