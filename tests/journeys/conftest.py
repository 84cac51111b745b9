"""A whole platform for a journey: web, worker and gateway as real processes, and a real browser."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from diaphane.accounts.operations import issue_service_token
from diaphane.kernel.actors import Role
from tests.chromium import CHROMIUM, launch
from tests.databases import make_url
from tests.integration.diaphane_edge.edge import Edge
from tests.live_server import ROOT, serving

from .mailbox import Mailbox, receiving_mail
from .people import People, make_people
from .stack import Stack


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the journeys where there is no browser; in CI a missing one fails instead."""
    if CHROMIUM or os.environ.get("CI"):
        return
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.skip(reason="no chromium on this machine"))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Return Debian's Chromium, without a screen; not for the session: no other may start beside it."""
    # Playwright's loop runs in this thread; the tests' own queries are not the server's.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def people(transactional_db: None) -> People:
    """Return a territory whose people can log in."""
    return make_people()


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """Return a real SMTP server's box."""
    with receiving_mail() as box:
        yield box


@pytest.fixture
def stack(
    people: People, mailbox: Mailbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stack]:
    """Return the running platform: pages, jobs, one site's gateway."""
    monkeypatch.setenv("DIAPHANE_SMTP_HOST", mailbox.host)
    monkeypatch.setenv("DIAPHANE_SMTP_PORT", str(mailbox.port))
    data = tmp_path / "data"
    data.mkdir()
    token = issue_service_token(label="edge", role=Role.EDGE, structure_id=people.site.pk)
    with serving(data) as web, _working(data):
        folder = tmp_path / "edge"
        folder.mkdir()
        edge = Edge(folder, platform_url=web.url, token=token)
        edge.start()
        try:
            running = Stack(url=web.url, edge=edge, people=people, mailbox=mailbox, folder=tmp_path)
            yield running
            running.stand_up()
        finally:
            edge.kill()


class _working:
    """Run a worker until the block ends."""

    def __init__(self, data: Path) -> None:
        self._data = data

    def __enter__(self) -> None:
        environment = dict(
            os.environ,
            DATABASE_URL=make_url(),
            DIAPHANE_MODE="test",
            DIAPHANE_DATA=str(self._data),
            PYTHONPATH=str(ROOT / "src"),
        )
        command = [sys.executable, "-m", "diaphane.manage", "procrastinate", "worker"]
        with (self._data / "worker.log").open("wb") as log:
            self._process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=log, stderr=log)

    def __exit__(self, *_error: object) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
