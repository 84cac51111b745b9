"""The running platform, and how people of the journey reach it."""

from dataclasses import dataclass, field
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from diaphane.kernel.actors import Actor, Role
from tests.browsing import make_cookie
from tests.integration.diaphane_edge.edge import Edge
from tests.reading_scenes import fresh_code

from .mailbox import Mailbox
from .people import PASSWORD, People

_SERIOUS = {"serious", "critical"}


@dataclass(frozen=True)
class Stack:
    """Addresses of the platform, its gateway and its mailbox, and its people."""

    url: str
    edge: Edge
    people: People
    mailbox: Mailbox
    folder: Path
    pages: list[Page] = field(default_factory=list)

    def sit_down(self, browser: Browser, actor: Actor, *, width: int = 1440) -> Page:
        """Log in as a professional through the login pages, or sit as a patient; return the first page."""
        context = browser.new_context(
            base_url=self.url, locale="fr-FR", viewport={"width": width, "height": 900}
        )
        page = context.new_page()
        self.pages.append(page)
        page.set_default_timeout(40_000)
        if actor.role is Role.PATIENT:  # whose way in has a journey of its own
            context.add_cookies([make_cookie(actor, self.url)])
            page.goto("/")
            return page
        page.goto("/")
        page.fill("[name=login]", self.people.email_of(actor))
        page.fill("[name=password]", PASSWORD)
        page.click("main button.btn-primary")
        if actor.role.is_professional:
            page.fill("[name=code]", fresh_code(actor, lasting=15))
            page.click("main button.btn-primary")
        page.wait_for_selector("header")
        return page

    def stand_up(self) -> None:
        """Keep a picture of what everyone saw last, and close their browsers."""
        for number, page in enumerate(self.pages, start=1):
            page.screenshot(path=self.folder / f"last-seen-{number}.png", full_page=True)
            page.context.close()


def assert_accessible(page: Page) -> None:
    """Fail on a serious or critical finding of axe in the page; OHIF's own frame is not ours."""
    found = Axe().run(page, options={"iframes": False})
    serious = [each for each in found.response["violations"] if each["impact"] in _SERIOUS]
    assert not serious, [(each["id"], [node["html"] for node in each["nodes"]]) for each in serious]
