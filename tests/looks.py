"""Pages as people see them, wide, narrow, light, dark: axe finds nothing serious, nothing spills over."""

import os
from collections.abc import Mapping

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from diaphane.kernel.actors import Actor

from .browsing import make_cookie
from .chromium import launch
from .live_server import LiveServer

LOOKS = ((1280, "light"), (1280, "dark"), (390, "light"))
_SERIOUS = {"serious", "critical"}
_SPILLS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def check_every_look(server: LiveServer, places: Mapping[str, tuple[Actor, str]]) -> None:
    """Look at each place, as the one who goes there.

    No query while the browser runs: Playwright's loop would keep its connection. With a folder in
    ``LOOKS``, the pictures are kept there.
    """
    cookies = {actor.id: make_cookie(actor, server.url) for actor, _address in places.values()}
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for width, light in LOOKS:
            seats = {who: sit(browser, server, cookies[who], width=width, light=light) for who in cookies}
            for name, (actor, address) in places.items():
                seats[actor.id].goto(address)
                _check(seats[actor.id], f"{name}-{width}-{light}")
            for page in seats.values():
                page.context.close()
        browser.close()


def sit(
    browser: Browser, server: LiveServer, cookie: dict[str, str], *, width: int = 1280, light: str = "light"
) -> Page:
    """Return a blank page before which somebody sits, logged in."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        locale="fr-FR",
        color_scheme=light,  # type: ignore[arg-type]
        base_url=server.url,
    )
    context.add_cookies([cookie])  # type: ignore[list-item]
    return context.new_page()


def _check(page: Page, name: str) -> None:
    found = Axe().run(page).response["violations"]
    serious = [(each["id"], each["nodes"][0]["html"]) for each in found if each["impact"] in _SERIOUS]
    if folder := os.environ.get("LOOKS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
    assert serious == [], name
    assert not page.evaluate(_SPILLS), name
