"""The suite's ground rules: a real PostgreSQL, no network, no file outside the test's own folder."""

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings as configured
from django.db import connections
from django.test import Client
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import expect

from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.kernel.modes import Mode

from .databases import install_flush, make_url
from .queue import run_jobs as _run_jobs
from .templating import UndefinedVariable

PATIENCE = 40_000  # milliseconds that a browser waits for what must show: a slow machine is no failure

if TYPE_CHECKING:
    from .scenes import Territory


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to run outside the test mode; prepare what every test relies on."""
    if configured.MODE is not Mode.TEST:
        pytest.exit("run ./diaphane test, or set DIAPHANE_MODE=test and DATABASE_URL", returncode=2)
    configured.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    configured.TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = UndefinedVariable()
    hypothesis_settings.register_profile("shared-machine", deadline=None)
    hypothesis_settings.load_profile("shared-machine")
    install_flush()
    expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Give this process its own database, so that several suites may share one server."""
    connections["default"].settings_dict["TEST"]["NAME"] = f"test_diaphane_{os.getpid()}"


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, settings: object) -> None:
    """Keep objects and mail of a test in its own folder."""
    settings.DATA = tmp_path  # type: ignore[attr-defined]
    settings.OBJECTS = tmp_path / "objects"  # type: ignore[attr-defined]


@pytest.fixture
def at() -> datetime:
    """Return the instant at which the test acts."""
    return now()


@pytest.fixture
def territory(db: None) -> "Territory":
    """Return a site, its reading structure, their people and a patient."""
    from .scenes import make_territory

    return make_territory()


@pytest.fixture
def run_jobs(request: pytest.FixtureRequest) -> Callable[[], int]:
    """Return what runs every queued job: in place, or by a real worker in a committed test."""
    return _run_jobs


@pytest.fixture
def database_url(transactional_db: None) -> str:
    """Return the address of the test database, whose rows are committed here, for another process."""
    return make_url()


@pytest.fixture
def login(db: None) -> Callable[[Actor], Client]:
    """Return what opens a browser session for an actor, second factor bound."""
    from .browsing import open_session

    return open_session
