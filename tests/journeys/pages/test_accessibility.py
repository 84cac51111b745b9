"""Every component passes axe, in both themes, wide and narrow, for professionals and for patients."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from diaphane.kernel.actors import Actor
from tests.factories import make_patient_actor
from tests.scenes import Territory

from .conftest import Desk

pytestmark = pytest.mark.browser
LOOKS = [("light", 1440), ("dark", 1440), ("light", 390), ("dark", 390)]


def list_findings(page: Page) -> list[str]:
    """Return the serious and critical findings of axe."""
    return [
        f"{page.url}: {each['id']}: {[node['target'] for node in each['nodes']]}"
        for each in Axe().run(page).response["violations"]
        if each["impact"] in {"serious", "critical"}
    ]


def test_every_look_of_the_shared_pages_passes_axe(
    desk: Desk, territory: Territory, session_of: Callable[[Actor], str]
) -> None:
    professional = session_of(territory.imageur)
    patient = session_of(make_patient_actor(territory.patient))
    findings, too_wide = [], []
    for theme, width in LOOKS:
        for session, paths in (
            ("", ["/compte/login/"]),
            (professional, ["/composants/", "/compte/2fa/", "/nowhere/"]),
            (patient, ["/composants/", "/compte/password/change/"]),
        ):
            context = desk.open_context(session, theme=theme, width=width)
            page = context.new_page()
            for path in paths:
                page.goto(path)
                findings += list_findings(page)
                if page.evaluate(
                    "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
                ):
                    too_wide.append((path, theme, width))
            context.close()
    assert findings == []
    assert too_wide == []


def test_the_dialog_and_the_menu_pass_axe_and_obey_the_keyboard(
    desk: Desk, territory: Territory, session_of: Callable[[Actor], str]
) -> None:
    context = desk.open_context(session_of(territory.imageur))
    page = context.new_page()
    page.goto("/composants/")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.className") == "skip"
    page.focus("[data-opens=gallery-refuse]")
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.querySelector('dialog[open]').contains(document.activeElement)")
    assert list_findings(page) == []
    page.keyboard.press("Escape")
    assert page.evaluate("() => document.activeElement.dataset.opens") == "gallery-refuse"
    page.focus(".me summary")
    page.keyboard.press("Enter")
    assert list_findings(page) == []
    page.keyboard.press("Escape")
    assert page.locator("details.me[open]").count() == 0
    context.close()
