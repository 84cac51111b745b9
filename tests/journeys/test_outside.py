"""A study is shown to a neurosurgeon of another hospital: the act, the mail, a phone, the end of it."""

import re
import time
from pathlib import Path
from typing import cast

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings

from diaphane.kernel.clock import now
from diaphane.organisations.models import Room
from diaphane.reporting.models import Report
from diaphane.reporting.operations import record_patient_told
from tests.links import key_in
from tests.reading_scenes import signed
from tests.scenes import Territory

from .stack import Stack, assert_accessible

pytestmark = pytest.mark.browser
ANSWERS = {
    "recipient_name": "Dr Ysoline Carrel",
    "recipient_profession": "Neurochirurgienne",
    "recipient_structure": "CHU de Hautecombe",
    "recipient_email": "y.carrel@chu-hautecombe.example",
    "purpose": "Avis neurochirurgical avant transfert",
}


@pytest.fixture
def report(stack: Stack, settings: Settings) -> Report:
    """Return a signed report whose images lie where the server looks for them."""
    settings.OBJECTS = stack.folder / "data" / "objects"
    Room.objects.all().delete()  # the scene makes its own, which may bear the same name
    return signed(cast(Territory, stack.people))


def test_a_neurosurgeon_elsewhere_sees_the_images(chromium: Browser, stack: Stack, report: Report) -> None:
    sender = stack.sit_down(chromium, stack.people.requester)
    code = _show(sender, report)
    key = _await_key(stack, report)

    guest = _arrive(chromium, stack, key)
    _try_a_wrong_code(guest, code)
    _look(guest, code)
    assert guest.request.get(f"/examens/{report.act_id}/apercu/", max_redirects=0).status == 302
    _assert_no_secret_in(stack.folder / "data", key, code)

    _revoke(sender)
    guest.reload()
    expect(guest.locator("h1")).to_have_text("Ceci est fermé ici")
    assert_accessible(guest)

    record_patient_told(report=report, how="video", companion="", by=stack.people.imageur, at=now())
    patient = stack.sit_down(chromium, stack.people.patient_account, width=390)
    patient.goto(f"/mon-espace/{report.act_id}/")
    looks = patient.locator(".looks")
    expect(looks).to_contain_text("Dr Ysoline Carrel")
    expect(looks).to_contain_text(f"{stack.people.requester.label} lui a envoyé un lien vers vos images")
    assert_accessible(patient)


def _show(page: Page, report: Report) -> str:
    """Make the link from the act's page, and return the code that shows once."""
    page.goto(f"/comptes-rendus/{report.act_id}/")
    page.get_by_role("link", name="Montrer à un confrère").click()
    assert_accessible(page)
    for name, value in ANSWERS.items():
        page.fill(f"[name={name}]", value)
    page.check("[name=with_report]")
    page.get_by_role("button", name="Envoyer le lien").click()
    # The browser itself asks for what the patient said: nothing left.
    expect(page.locator("[name=agreement]").first).to_be_visible()
    page.check("[name=agreement][value=patient]")
    page.get_by_role("button", name="Envoyer le lien").click()
    code = page.locator(".said-code").inner_text()
    assert_accessible(page)
    page.get_by_role("link", name="Je l’ai dit").click()
    expect(page.locator(".links")).to_contain_text(ANSWERS["recipient_name"])
    expect(page.locator("main")).not_to_contain_text(code)
    return code


def _await_key(stack: Stack, report: Report) -> str:
    """Wait for the mail that leaves for the neurosurgeon; it says nothing of the patient."""
    deadline = time.monotonic() + 60
    to_her: list[str] = []
    while not to_her and time.monotonic() < deadline:
        time.sleep(0.2)
        found = [each for each in stack.mailbox.messages if ANSWERS["recipient_email"] in str(each["To"])]
        to_her = [each.get_content() for each in found]  # type: ignore[attr-defined]
    [body] = to_her
    patient = stack.people.patient
    for secret in (patient.birth_name, patient.ins, "hémorragie", "scanner", ANSWERS["purpose"]):
        assert secret.lower() not in body.lower()
    return key_in(body)


def _arrive(browser: Browser, stack: Stack, key: str) -> Page:
    """Follow the link on a phone: the key leaves the address before anything is asked."""
    context = browser.new_context(
        base_url=stack.url, locale="fr-FR", viewport={"width": 390, "height": 800}, has_touch=True
    )
    page = context.new_page()
    stack.pages.append(page)
    page.goto(f"/confrere/#{key}")
    expect(page).to_have_url(f"{stack.url}/confrere/")
    expect(page.locator("[name=key]")).to_be_hidden()
    expect(page.locator("main")).not_to_contain_text(stack.people.patient.birth_name)
    assert_accessible(page)
    return page


def _try_a_wrong_code(page: Page, code: str) -> None:
    page.fill("[name=code]", ("1" if code[0] == "0" else "0") + code[1:])
    page.get_by_role("button", name="Ouvrir l’examen").click()
    expect(page.locator("main")).to_contain_text("Essais restants")
    assert_accessible(page)


def _look(page: Page, code: str) -> None:
    page.fill("[name=code]", code.lower().replace("-", " "))
    page.get_by_role("button", name="Ouvrir l’examen").click()
    page.wait_for_url(re.compile(r"/confrere/[0-9a-f-]{36}/$"))
    expect(page.locator(".film:not([hidden])")).to_have_attribute("data-state", "exact")
    expect(page.locator(".looking-head")).to_contain_text(ANSWERS["purpose"])
    assert_accessible(page)
    document = page.get_by_role("link", name="Compte rendu signé").get_attribute("href")
    assert page.request.get(str(document)).body().startswith(b"%PDF")


def _assert_no_secret_in(folder: Path, key: str, code: str) -> None:
    """Read what the processes wrote: neither the key nor the code is there."""
    logs = list(folder.glob("*.log"))
    assert len(logs) == 2
    for log in logs:
        said = log.read_text()
        assert key not in said
        assert code not in said


def _revoke(page: Page) -> None:
    page.reload()
    expect(page.locator(".links")).to_contain_text("Ouvert 1 fois")
    page.get_by_role("button", name="Révoquer Dr Ysoline Carrel").click()
    expect(page.locator("dialog[open]")).to_contain_text("Dr Ysoline Carrel")
    assert_accessible(page)
    page.get_by_role("button", name="Révoquer le lien").click()
    expect(page.locator(".links")).to_contain_text("Révoqué")
    expect(page.get_by_role("button", name="Révoquer Dr")).to_have_count(0)
