"""Pro Santé Connect in a real browser: the answer comes from another site, where strict cookies do not go."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from diaphane.accounts.models import Professional
from diaphane.kernel.actors import Role
from tests.factories import MembershipFactory, make_rpps
from tests.live_server import LiveServer, find_free_port, serving
from tests.openid.serving import Provider, serving_provider

pytestmark = pytest.mark.browser
RPPS = make_rpps(7_000_011)


@pytest.fixture
def provider(tmp_path: Path) -> Iterator[tuple[Provider, int]]:
    """Return a provider at « localhost », which is another site than « 127.0.0.1 », and our port."""
    port = find_free_port()
    with serving_provider(tmp_path, platform=f"http://127.0.0.1:{port}", host="localhost") as running:
        yield running, port


@pytest.fixture
def server(
    transactional_db: None, provider: tuple[Provider, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[LiveServer]:
    """Return a platform that is declared at this provider."""
    names = {"configuration": "CONFIGURATION", "client_id": "CLIENT_ID", "client_secret": "CLIENT_SECRET"}
    for key, value in provider[0].settings.items():
        monkeypatch.setitem(os.environ, f"DIAPHANE_PSC_{names[key]}", value)
    with serving(tmp_path, port=provider[1]) as running:
        yield running


def test_a_radiologist_comes_in_by_pro_sante_connect_and_leaves_it_too(
    chromium: Browser, server: LiveServer, provider: tuple[Provider, int]
) -> None:
    user = MembershipFactory(role=Role.IMAGEUR.value).user
    Professional.objects.create(user=user, rpps=RPPS, speciality="Radiologie")
    provider[0].play(SubjectNameID=f"8{RPPS}")
    context = chromium.new_context(base_url=server.url)
    page = context.new_page()
    page.goto("/compte/login/")
    page.get_by_role("button", name="S’identifier avec Pro Santé Connect").click()
    page.wait_for_url(re.compile(re.escape(server.url) + r"/lecture/"))
    expect(page.get_by_text(user.name).first).to_be_visible()
    strict = next(each for each in context.cookies() if each["name"].endswith("diaphane_session"))
    assert (strict["sameSite"], strict["httpOnly"]) == ("Strict", True)
    page.goto("/compte/logout/")
    page.locator("main form[action='/compte/logout/'] button").click()
    page.wait_for_url(re.compile(r"localhost:\d+/session/end"))
    page.get_by_role("button", name="Yes, sign me out").click()
    page.wait_for_url(f"{server.url}/compte/login/**")
    context.close()
