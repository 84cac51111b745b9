"""A passkey is made, opens the account, signs a report and is removed, in a real browser (R39, R46)."""

import re
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.sessions.models import Session
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from diaphane.accounts.codes import Outcome
from diaphane.accounts.models import User
from diaphane.accounts.passkeys import spend_passkey
from diaphane.audit.models import Entry
from diaphane.reporting.models import Report
from tests.browsing import open_session
from tests.live_server import serving
from tests.reading_scenes import drafted, fresh_code
from tests.scenes import make_territory

from .people import PASSWORD
from .stack import assert_accessible

pytestmark = pytest.mark.django_db(transaction=True)

NAME = "Mon téléphone"


def hold_passkeys(page: Page) -> None:
    """Give the browser a telephone that holds passkeys and whose owner is always there."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def open_page(context: BrowserContext, refused: list[str]) -> Page:
    page = context.new_page()
    page.set_default_timeout(90_000)
    page.on(
        "console",
        lambda message: refused.append(message.text) if "Content Security" in message.text else None,
    )
    return page


def give_password(page: Page, email: str) -> None:
    page.goto("/compte/login/")
    page.fill("[name=login]", email)
    page.fill("[name=password]", PASSWORD)
    page.click("main button.btn-primary")


SETTLED = """async () => {
  for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
  await Promise.all(document.getAnimations().map((each) => each.finished));
}"""
"""Colours change by transitions: until these have begun and ended, a computed colour is between two."""


def look_at_narrow_and_dark(page: Page, path: Path) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    page.evaluate(SETTLED)
    assert_accessible(page)
    page.screenshot(path=path, full_page=True)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 720})


def attack(email: str) -> None:
    """Try passwords from many addresses, as a stranger would."""
    for number in range(30):
        guess = {"login": email, "password": f"guess-{number}"}
        Client().post("/compte/login/", guess, REMOTE_ADDR=f"198.51.100.{number}")


def list_answers(sent: Request) -> list[str]:
    """Return the passkey's answer that a signature carries."""
    if not sent.url.endswith("/signer/"):
        return []
    return parse_qs(sent.post_data or "").get("passkey", [])


def log_out(page: Page) -> None:
    page.goto("/compte/logout/")
    page.click("main button.btn-primary")
    page.wait_for_url(re.compile("/compte/login/"))


def test_a_passkey_opens_the_account_and_signs(chromium: Browser, tmp_path: Path) -> None:
    territory = make_territory()
    report = drafted(territory)
    user = User.objects.get(pk=territory.imageur.id)
    user.password = PBKDF2PasswordHasher().encode(PASSWORD, "salt-of-the-tests")
    user.save()
    fresh_code(territory.imageur)
    refused: list[str] = []
    answers: list[str] = []
    with serving(tmp_path) as server:
        url = server.url.replace("127.0.0.1", "localhost")
        context = chromium.new_context(base_url=url, locale="fr-FR")
        page = open_page(context, refused)
        hold_passkeys(page)

        give_password(page, user.email)
        page.screenshot(path=tmp_path / "code.png")
        page.fill("[name=code]", fresh_code(territory.imageur, lasting=15))
        page.click("main form:has([name=code]) button.btn-primary")
        page.wait_for_selector("header .me")
        page.goto("/compte/2fa/")
        page.get_by_role("link", name="Ajouter une clé d’accès").click()
        page.fill("[name=name]", NAME)
        assert_accessible(page)
        page.screenshot(path=tmp_path / "passkey-add.png")
        page.get_by_role("button", name="Créer la clé d’accès").click()
        expect(page.get_by_text("Ils ne sont montrés que cette fois")).to_be_visible()
        assert page.locator(".codes li").count() == 10
        assert_accessible(page)
        page.screenshot(path=tmp_path / "recovery-codes.png")
        page.goto("/compte/2fa/")
        expect(page.get_by_text(NAME)).to_be_visible()
        assert_accessible(page)
        page.screenshot(path=tmp_path / "my-security.png", full_page=True)

        log_out(page)
        context.clear_cookies()
        attack(user.email)
        give_password(page, user.email)
        expect(page.get_by_text("Trop d’essais")).to_be_visible()
        page.screenshot(path=tmp_path / "login.png")
        page.get_by_role("button", name="Se connecter avec ma clé d’accès").click()
        page.wait_for_selector("header .me")

        page.goto(f"/comptes-rendus/{report.act_id}/redaction/", wait_until="domcontentloaded")
        page.get_by_role("button", name="Signer avec ma clé d’accès").scroll_into_view_if_needed()
        page.screenshot(path=tmp_path / "sign.png")
        page.on("request", lambda sent: answers.extend(list_answers(sent)))
        page.get_by_role("button", name="Signer avec ma clé d’accès").click()
        expect(page.get_by_text("avec un second facteur")).to_be_visible()

        log_out(page)
        give_password(page, user.email)  # its browser is known again: the stranger does not make it wait
        page.screenshot(path=tmp_path / "authenticate.png")
        page.get_by_role("button", name="Présenter ma clé d’accès").click()
        page.wait_for_selector("header .me")
        elsewhere = open_session(territory.imageur).session.session_key
        UserSession.objects.create(
            user=user, session_key=elsewhere, ip="192.0.2.7", user_agent="(Windows) Firefox/140.0"
        )
        page.goto("/compte/connexions/")
        assert_accessible(page)
        page.screenshot(path=tmp_path / "connections.png", full_page=True)
        look_at_narrow_and_dark(page, tmp_path / "connections-narrow.png")
        page.get_by_role("button", name="Déconnecter Firefox sur Windows").click()
        expect(page.get_by_text("Il est déconnecté")).to_be_visible()
        assert not Session.objects.filter(session_key=elsewhere).exists()

        page.goto("/compte/2fa/")
        look_at_narrow_and_dark(page, tmp_path / "my-security-narrow.png")
        page.get_by_role("link", name=f"Retirer {NAME}").click()
        page.get_by_role("button", name="Retirer").click()
        expect(page.get_by_text("La clé d’accès a été retirée")).to_be_visible()
        context.close()
    assert refused == []
    assert Report.objects.get().state == "final"
    assert not Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).exists()
    [answer] = answers
    for whose in (user, User.objects.get(pk=territory.requester.id)):
        assert spend_passkey(user=whose, answer=answer) is Outcome.USED
    confirmed = Entry.objects.get(action="second_factor.confirmed")
    assert confirmed.detail == {"factor": "passkey", "outcome": "right"}
    traced = Entry.objects.filter(action__startswith="second_factor.").values_list("action", flat=True)
    assert {"second_factor.added", "second_factor.used", "second_factor.removed"} <= set(traced)
