"""A patient in a real browser: the sheet on paper, the link of the mail, then their space."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail
from playwright.sync_api import Browser, expect

from diaphane.accounts.mailing import mail_sign_in_link
from diaphane.accounts.models import SignInLink
from diaphane.kernel.clock import now
from diaphane.patients.models import IdentityProof
from tests.browsing import open_session
from tests.live_server import LiveServer, serving
from tests.scenes import make_territory

pytestmark = pytest.mark.browser
EMAIL = "odette@patients.example"


@pytest.fixture
def server(transactional_db: None, tmp_path: Path) -> Iterator[LiveServer]:
    """Return a platform, without a worker: the test lets the mail leave."""
    with serving(tmp_path) as running:
        yield running


def test_a_patient_comes_in_with_the_sheet_and_the_mail(chromium: Browser, server: LiveServer) -> None:
    territory = make_territory()
    session = open_session(territory.technologist).cookies[settings.SESSION_COOKIE_NAME].value
    desk = chromium.new_context(base_url=server.url)
    desk.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": server.url}])
    page = desk.new_page()
    page.goto(f"/acces/fiche/{territory.patient.pk}/")
    page.locator(f"[name=document][value={IdentityProof.Kind.values[0]}]").check()
    page.fill("[name=email]", EMAIL)
    page.get_by_role("button", name="Faire la feuille").click()
    code = page.locator(".access-code").inner_text()
    assert page.locator(".access-again img").evaluate("image => image.naturalWidth") > 0
    link = SignInLink.objects.get()
    mail_sign_in_link(link_id=link.pk, at=now())
    found = re.search(r"/acces/#\S+", str(mail.outbox[-1].body))
    assert found
    patient = chromium.new_context(base_url=server.url, viewport={"width": 390, "height": 800}).new_page()
    patient.goto(found.group(0))
    expect(patient.locator("[name=code]")).to_be_focused()
    assert "#" not in patient.url
    expect(patient.locator("[name=key]")).to_be_hidden()
    patient.fill("[name=code]", code.lower())
    patient.get_by_role("button", name="Entrer").click()
    patient.wait_for_url("**/mon-espace/")
    desk.close()
    patient.context.close()
