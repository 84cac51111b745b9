"""The shared pages in a real Chromium, in front of one real server on the test database."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext

from diaphane.kernel.actors import Actor
from tests.live_server import LiveServer, serving


@dataclass(frozen=True)
class Desk:
    """A browser and a server; ``open_context`` gives a window, logged in with a session's cookie or not."""

    browser: Browser
    server: LiveServer

    def open_context(self, session: str = "", *, theme: str = "light", width: int = 1440) -> BrowserContext:
        """Open a window of its own."""
        context = self.browser.new_context(
            base_url=self.server.url,
            color_scheme="dark" if theme == "dark" else "light",
            viewport={"width": width, "height": 900},
        )
        if session:
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": self.server.url}]
            )
        return context


@pytest.fixture(scope="session")
def server(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """Return one server for all these tests: they start it once, and change nothing in it."""
    with serving(tmp_path_factory.mktemp("pages")) as running:
        yield running


@pytest.fixture
def desk(transactional_db: None, chromium: Browser, server: LiveServer) -> Desk:
    """Return the browser in front of the server."""
    return Desk(chromium, server)


@pytest.fixture
def session_of(transactional_db: None, login: Callable[[Actor], Client]) -> Callable[[Actor], str]:
    """Return what opens a session for an actor."""
    return lambda actor: login(actor).cookies[settings.SESSION_COOKIE_NAME].value
