"""An exam under way on a real server, and a browser in front of its films."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.test import Client
from playwright.sync_api import Browser, Page
from pytest_django import Settings

from diaphane.acts.models import Act
from diaphane.imaging.operations import store_instance
from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from tests.live_server import LiveServer, serving
from tests.reading_scenes import make_edge
from tests.scenes import Territory, validated

NOTE_DRAWN = """
window.states = [];
addEventListener("film:drawn", ({ detail: { slice, state } }) => {
  const last = window.states.at(-1);
  if (last?.key !== slice.key || last.state !== state) window.states.push({ key: slice.key, state });
});
"""


@dataclass
class Seat:
    """Someone's window on the films: its page, and what the browser complained of."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def list_states(self) -> list[str]:
        """List what was said of the slices shown, one after the other."""
        return [each["state"] for each in self.page.evaluate("window.states")]


@dataclass(frozen=True)
class Theatre:
    """A browser in front of one server."""

    browser: Browser
    server: LiveServer

    @contextmanager
    def sit(self, session: str, *, url: str = "", theme: str = "light", width: int = 1440) -> Iterator[Seat]:
        """Open a window with a session; ``url`` where the server is reached otherwise."""
        address = url or self.server.url
        context = self.browser.new_context(
            base_url=address,
            color_scheme="dark" if theme == "dark" else "light",
            viewport={"width": width, "height": 900},
        )
        context.add_cookies([{"name": configured.SESSION_COOKIE_NAME, "value": session, "url": address}])
        context.add_init_script(NOTE_DRAWN)
        seat = Seat(context.new_page())
        seat.page.on("pageerror", lambda error: seat.complaints.append(str(error)))
        seat.page.on(
            "console",
            lambda said: seat.complaints.append(said.text) if said.type in {"error", "warning"} else None,
        )
        try:
            yield seat
        finally:
            context.close()


@pytest.fixture(scope="module")
def server(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """Return one server for the tests of a file; what they store lies in its own folder."""
    with serving(tmp_path_factory.mktemp("films")) as running:
        yield running


@pytest.fixture
def theatre(transactional_db: None, chromium: Browser, server: LiveServer, settings: Settings) -> Theatre:
    """Return the browser in front of the server, whose object store this test shares."""
    settings.DATA, settings.OBJECTS = server.log.parent, Path(server.log.parent) / "objects"
    return Theatre(chromium, server)


@pytest.fixture
def act(territory: Territory) -> Act:
    """Return an act whose exam is expected."""
    return validated(territory).act


@pytest.fixture
def store(territory: Territory) -> Callable[[bytes], None]:
    """Return what stores an object as the site's gateway sends it."""
    return lambda content: store_instance(content=content, by=make_edge(territory), at=now()) and None


@pytest.fixture
def session_of(transactional_db: None, login: Callable[[Actor], Client]) -> Callable[[Actor], str]:
    """Return what opens a session for an actor."""
    return lambda actor: login(actor).cookies[configured.SESSION_COOKIE_NAME].value
