"""The suite's ground rules: a real PostgreSQL, no network, no file outside the test's own folder."""

import os
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.conf import settings as configured
from django.db import connections
from django.test import Client
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import expect

from diaphane.kernel.actors import Actor
from diaphane.kernel.clock import now
from diaphane.kernel.modes import Mode
from diaphane.kernel.paces import COUNTER

from .databases import install_drop, install_flush, make_url
from .log_watch import LogWatch
from .process_logs import PROCESS_LOGS
from .queue import run_jobs as _run_jobs
from .templating import UndefinedVariable

PATIENCE = 40_000  # milliseconds that a browser waits for what must show: a slow machine is no failure

_WATCH = LogWatch()

if TYPE_CHECKING:
    from .scenes import Territory
    from .weed import Service


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to run outside the test mode; prepare what every test relies on."""
    if configured.MODE is not Mode.TEST:
        pytest.exit("run ./diaphane test, or set DIAPHANE_MODE=test and DATABASE_URL", returncode=2)
    configured.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    configured.TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = UndefinedVariable()
    hypothesis_settings.register_profile("shared-machine", deadline=None)
    hypothesis_settings.load_profile("shared-machine")
    install_flush()
    install_drop()
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


@pytest.fixture(autouse=True)
def _nobody_has_asked_yet() -> None:
    """Forget how often each caller asked in other tests."""
    COUNTER.forget()


@pytest.fixture(scope="session", autouse=True)
def _listening_to_logs() -> None:
    """Listen to what every test writes in the logs, and the processes that it starts, from the first on."""
    _WATCH.install()
    PROCESS_LOGS.install()


@pytest.fixture(autouse=True)
def _no_patient_in_the_logs() -> Iterator[None]:
    """Fail a test after which a patient of its own is named in the logs (R62)."""
    yield
    leaks = _WATCH.take_leaks(PROCESS_LOGS.take_lines())
    assert not leaks, f"the logs name a patient: {leaks}"


@pytest.fixture(scope="session")
def s3_service(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Service]":
    """Return a real S3 service, started once for those tests that want one."""
    from .weed import serving_s3

    with serving_s3(tmp_path_factory.mktemp("s3")) as running:
        yield running


@pytest.fixture(params=["folder", "bucket"])
def object_store(request: pytest.FixtureRequest, settings: object, monkeypatch: pytest.MonkeyPatch) -> str:
    """Keep objects in the test's own folder, then in a real S3 service: the test is played on both."""
    if request.param == "bucket":
        service = request.getfixturevalue("s3_service")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "essai")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "essai")
        bucket = {"url": f"{service.url}/{uuid4()}", "endpoint": service.endpoint}
        settings.STORAGES = {  # type: ignore[attr-defined]
            **settings.STORAGES,  # type: ignore[attr-defined]
            "objects": {"BACKEND": "diaphane.imaging.bucket.DurableBucket", "OPTIONS": bucket},
        }
    return str(request.param)


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
