"""The gateway's page, as a technologist sees it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect, sync_playwright

from diaphane_edge.status_page import LOST
from tests.chromium import NEEDS_CHROMIUM, launch

from .edge import Edge, free_port, uid_of
from .receiver import TOKEN, Receiver
from .synthetic import make_images

pytestmark = NEEDS_CHROMIUM


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_readable_by_all_and_asks_nothing_from_elsewhere(
    watched: tuple[Edge, int], scheme: Literal["light", "dark"], chromium: Browser
) -> None:
    page = chromium.new_page(color_scheme=scheme, viewport={"width": 390, "height": 800})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"http://127.0.0.1:{watched[1]}/")
    assert page.evaluate("getComputedStyle(document.body).marginTop") == "0px"  # its own style is there
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert {urlsplit(url).hostname for url in asked} == {"127.0.0.1"}
    assert Axe().run(page).response["violations"] == []
    page.close()


def test_the_page_draws_itself_anew_and_says_when_it_cannot(
    receiver: Receiver, tmp_path: Path, chromium: Browser
) -> None:
    port = free_port()
    images = make_images(tmp_path / "images", count=3)
    receiver.refusals.update({uid_of(path): 0xA900 for path in images})
    page = chromium.new_page()
    with Edge(tmp_path, platform_url=receiver.url, token=TOKEN, status_port=port) as edge:
        page.goto(f"http://127.0.0.1:{port}/")
        expect(page.get_by_text("Tout est parti")).to_be_visible()
        assert edge.storescu(*images).returncode == 0
        expect(page.get_by_text("3 images sont mises de côté")).to_be_visible(timeout=30_000)
        expect(page.get_by_role("alert")).to_be_hidden()
    expect(page.get_by_role("alert")).to_have_text(LOST, timeout=30_000)
    page.close()
