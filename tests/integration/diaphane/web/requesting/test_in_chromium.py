"""The request's pages in a real Chromium: live without reloading, sent once, nothing typed is lost."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Page, expect, sync_playwright

from diaphane.acts.models import Step
from diaphane.kernel.actors import Role
from diaphane.requests.models import ExamRequest, RequestState
from tests.browsing import read_session
from tests.chromium import IN_CHROMIUM, launch
from tests.factories import make_actor
from tests.live_server import LiveServer, serving
from tests.scenes import SAFE_ANSWERS, Territory, draft, make_territory, submitted, under_review

pytestmark = IN_CHROMIUM


@pytest.fixture
def territory(transactional_db: None) -> Territory:
    return make_territory()


@pytest.fixture
def server(territory: Territory, tmp_path: Path) -> Iterator[LiveServer]:
    with serving(tmp_path) as running:
        yield running


@contextmanager
def browsing(server: LiveServer, *sessions: str) -> Iterator[list[Page]]:
    """Open one browser per session; no query of ours inside, Playwright's loop would keep its connection."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        pages = []
        for session in sessions:
            context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="fr-FR")
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": server.url}])
            pages.append(context.new_page())
        yield pages
        browser.close()


def check_access(page: Page) -> None:
    """Find nothing serious or critical by axe."""
    found = Axe().run(page).response["violations"]
    assert [each["id"] for each in found if each["impact"] in {"serious", "critical"}] == []


def press(page: Page, label: str) -> None:
    page.get_by_role("button", name=label, exact=True).click()


def test_what_is_missing_follows_the_typing_and_a_double_click_sends_once(server, territory):
    request = draft(territory, exam_code="MR-STROKE", risks="", pregnancy="", callback_phone="")
    with browsing(server, read_session(territory.requester)) as [page]:
        page.goto(f"{server.url}/demandes/{request.act_id}/modifier/")
        check_access(page)
        expect(page.get_by_role("group", name="Grossesse")).to_be_hidden()
        page.get_by_label("Examen", exact=True).select_option("CT-HEAD")
        expect(page.locator("#missing")).to_contain_text("Circonstances")
        page.locator("#id_pregnancy").get_by_text("Non concerné").click()
        page.get_by_label("Votre numéro de rappel").fill("rappelez-moi")
        page.locator("[data-fills=id_risks]").click()
        expect(page.get_by_label("Votre numéro de rappel")).to_have_attribute("aria-invalid", "true")
        press(page, "Envoyer la demande")
        expect(page.locator("#refusal")).to_contain_text("en chiffres")
        page.get_by_label("Votre numéro de rappel").fill("01 99 00 47 12")
        expect(page.locator("#send-state")).to_contain_text("Prête à être envoyée")
        page.get_by_role("button", name="Envoyer la demande").dblclick()
        page.wait_for_url(re.compile(rf"/demandes/{request.act_id}/$"))
        check_access(page)
    assert ExamRequest.objects.get().state == RequestState.SUBMITTED
    assert Step.objects.filter(transition="submit").count() == 1


def test_question_and_answer_cross_without_reloading_and_nothing_typed_is_lost(server, territory):
    request = submitted(territory)
    sessions = read_session(territory.requester), read_session(territory.imageur)
    with browsing(server, *sessions) as [asking, reading]:
        asking.goto(f"{server.url}/demandes/{request.act_id}/")
        reading.goto(f"{server.url}/lecture/{request.act_id}/")
        for page in (asking, reading):
            expect(page.locator(".live")).to_have_attribute("data-state", "open")
        asking.get_by_label("Votre message au radiologue").fill("Je reviens du déchocage")
        reading.get_by_role("button", name="Prendre la demande").dblclick()
        reading.get_by_label("Protocole").fill("Hélice 0,6 mm")
        reading.get_by_label("Votre message au médecin demandeur").fill("Créatinine ?")
        press(reading, "Demander une précision")
        expect(reading.locator("#decision-state")).to_contain_text("Réponse attendue")
        expect(asking.locator("#thread")).to_contain_text("Créatinine ?")
        expect(asking.get_by_label("Votre réponse au radiologue")).to_have_value("Je reviens du déchocage")
        asking.get_by_label("Votre réponse au radiologue").fill("92 µmol/L")
        press(asking, "Envoyer la réponse")
        expect(asking.get_by_label("Votre message au radiologue")).to_have_value("")
        expect(reading.locator("#thread")).to_contain_text("92 µmol/L")
        expect(reading.get_by_label("Protocole")).to_have_value("Hélice 0,6 mm")
        check_access(reading)
        press(reading, "Valider la demande")
        expect(asking.locator("#outcome")).to_contain_text("La demande est validée")
    assert ExamRequest.objects.get().protocol == "Hélice 0,6 mm"


def test_a_request_arrives_on_the_list_without_reloading(server, territory):
    request = draft(territory)
    sessions = read_session(territory.requester), read_session(territory.imageur)
    with browsing(server, *sessions) as [asking, reading]:
        reading.goto(f"{server.url}/lecture/")
        expect(reading.locator(".live")).to_have_attribute("data-state", "open")
        expect(reading.locator("#waiting")).to_contain_text("Rien n’attend")
        asking.goto(f"{server.url}/demandes/{request.act_id}/modifier/")
        press(asking, "Envoyer la demande")
        expect(reading.locator("#waiting")).to_contain_text("Hémorragie intracrânienne")


def test_what_was_typed_stays_when_the_request_leaves_my_hands_or_my_session_ends(server, territory):
    request = under_review(territory)
    colleague = make_actor(Role.IMAGEUR, territory.reader)
    with browsing(server, read_session(territory.imageur), read_session(colleague)) as [mine, other]:
        for page in (mine, other):
            page.goto(f"{server.url}/lecture/{request.act_id}/")
        expect(mine.locator(".live")).to_have_attribute("data-state", "open")
        mine.get_by_label("Protocole").fill("Hélice 0,6 mm")
        press(other, "Remettre dans la liste")
        other.locator("#release textarea").fill("Il est au bloc")
        other.locator("#release").get_by_role("button", name="Remettre dans la liste").click()
        expect(mine.locator("#changed")).to_be_visible()
        expect(mine.get_by_label("Protocole")).to_have_value("Hélice 0,6 mm")
        mine.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
        press(mine, "Valider la demande")
        expect(mine.locator("#refusal")).to_contain_text("Votre session a expiré")
        expect(mine.get_by_label("Protocole")).to_have_value("Hélice 0,6 mm")
    assert ExamRequest.objects.get().state == RequestState.SUBMITTED


def pick(page: Page, group: str, answer: str) -> None:
    page.get_by_role("group", name=group).get_by_text(answer, exact=True).click()


def test_safety_is_asked_while_typing_and_lifted_in_writing(server, territory):
    magnet = draft(territory, exam_code="CT-HEAD", answers={})
    scanner = submitted(territory, exam_code="CT-PE", answers=SAFE_ANSWERS | {"egfr": "25"})
    with browsing(server, read_session(territory.requester), read_session(territory.imageur)) as [
        asks,
        reads,
    ]:
        asks.goto(f"{server.url}/demandes/{magnet.act_id}/modifier/")
        findings = asks.locator("#safety-findings")
        expect(findings).to_contain_text("ne demandent rien")
        asks.get_by_label("Examen", exact=True).select_option("MR-STROKE")
        pick(asks, "Implants et corps étrangers", "Oui, précisé ci-dessous")
        asks.get_by_label("Quel implant").fill("Stimulateur, carte perdue")
        expect(findings).to_contain_text("Implant inconnu : pas d’IRM")
        pick(asks, "Qui répond", "Un proche")
        pick(asks, "Dispositif implanté", "Stimulateur ou défibrillateur cardiaque")
        expect(findings).to_contain_text("Dispositif cardiaque : pas d’IRM")
        expect(findings.locator(".safety-line").first).to_contain_text("STOP")
        check_access(asks)
        press(asks, "Envoyer la demande")
        asks.wait_for_url(re.compile(rf"/demandes/{magnet.act_id}/$"))
        for act_id, binding in ((magnet.act_id, "STOP"), (scanner.act_id, "Le radiologue décide")):
            reads.goto(f"{server.url}/lecture/{act_id}/")
            expect(reads.locator("#safety-rules .safety-line").first).to_contain_text(binding)
            press(reads, "Prendre la demande")
            reads.get_by_label("Protocole").fill("Selon le livre du site")
            press(reads, "Valider la demande")
            expect(reads.locator("#refusal")).to_contain_text("Votre motif, pour :")
            reads.get_by_label("Sécurité : pourquoi l’examen a lieu").fill("Précautions écrites au protocole")
            check_access(reads)
            press(reads, "Valider la demande")
            if binding == "STOP":
                expect(reads.locator("#refusal")).to_contain_text("conditions d’IRM de son fabricant")
            else:
                expect(reads.locator("#decision")).to_contain_text("La demande est validée")
    states = set(ExamRequest.objects.values_list("exam_code", "state"))
    assert states == {("MR-STROKE", RequestState.UNDER_REVIEW), ("CT-PE", RequestState.VALIDATED)}
