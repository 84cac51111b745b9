"""The main pages leave the browser's console silent of what the policy refuses (CSP), refreshed or not."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from diaphane.kernel.actors import Actor
from tests.reading_scenes import in_progress
from tests.scenes import Territory

from .conftest import Desk

pytestmark = pytest.mark.browser
STYLE = """async () => {
  for (const each of document.querySelectorAll("main [id]")) each.style.minHeight = "1px";
  const parts = [...document.querySelectorAll("main [hx-get][hx-trigger*='sse:change']")];
  await Promise.all(parts.map((part) => new Promise((done) => {
    part.addEventListener("htmx:afterRequest", () => setTimeout(done, 50), { once: true });
    htmx.trigger(part, "sse:change");
  })));
}"""
"""Leave styles, as a hand on a text's corner or a tool does, then have the page's own parts come again."""


def test_no_page_breaks_its_own_policy(
    desk: Desk, territory: Territory, session_of: Callable[[Actor], str]
) -> None:
    act = in_progress(territory).act_id
    walks = {
        territory.technologist: [
            "/manipulation/",
            f"/manipulation/{act}/",
            "/manipulation/images/",
            "/manipulation/liaison/",
            f"/identite/{act}/",
            f"/examens/{act}/apercu/",
        ],
        territory.imageur: [
            "/lecture/",
            f"/lecture/{act}/",
            f"/comptes-rendus/{act}/images/",
            "/exigences/",
        ],
        territory.requester: ["/demandes/", f"/demandes/{act}/", "/droits/", "/compte/2fa/"],
    }
    refused: list[str] = []
    for actor, paths in walks.items():
        context = desk.open_context(session_of(actor))
        page = context.new_page()
        page.on("console", lambda said: _note(said.text, refused))
        for path in paths:
            _walk(page, path)
        context.close()
    assert refused == []


def _walk(page: Page, path: str) -> None:
    """Open a page, and refresh what refreshes by itself."""
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == 200, path
    page.evaluate(STYLE)


def _note(text: str, refused: list[str]) -> None:
    if "Content Security Policy" in text:
        refused.append(text)
